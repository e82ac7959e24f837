package safeport

import (
	"fmt"
	"os"
	"strconv"

	"safeport/internal/host/holder"
	"safeport/internal/message"
)

// systemctl is how the systemd that has a unit is spoken to. Another user's is reached as that user and by the directory in
// which it listens: "--machine=USER@" would be shorter, but needs systemd 248 and a bus of the user's own.
func systemctl(ofUser bool, uid uint32) string {
	switch name := userName(uid); {
	case !ofUser:
		return "sudo systemctl "
	case uid != 0 && int(uid) == os.Geteuid():
		return "systemctl --user "
	default:
		return fmt.Sprintf("sudo -u %s XDG_RUNTIME_DIR=/run/user/%d systemctl --user ", message.Quote(name), uid)
	}
}

// userName is what sudo knows a user by.
func userName(uid uint32) string {
	number := strconv.FormatUint(uint64(uid), 10)
	if name := holder.UserName(number); name != number {
		return name
	}
	return "#" + number
}

// units are the units that have to be stopped for a port, as words of a command: with the service alone, systemd would go
// on listening, and start it anew.
func units(h Holder) string {
	if h.SocketUnit == "" {
		return message.Operands(h.Unit)
	}
	return message.Operands(h.SocketUnit, h.Unit)
}
