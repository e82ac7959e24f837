package advice

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/host/holder"
	"github.com/safeport/safeport/internal/message"
)

// systemctl is how the systemd that has a unit is spoken to. Another user's is reached as that user and by the directory in
// which it listens: "--machine=USER@" would be shorter, but needs systemd 248 and a bus of the user's own.
func systemctl(ofUser bool, uid uint32) string {
	switch name := userName(uid); {
	case !ofUser:
		return "sudo systemctl "
	case uid != 0 && int(uid) == os.Geteuid():
		if os.Getenv("XDG_RUNTIME_DIR") == "" {
			return fmt.Sprintf("XDG_RUNTIME_DIR=/run/user/%d systemctl --user ", uid)
		}
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
func units(h describe.Holder) string {
	if h.SocketUnit == "" {
		return message.Operands(h.Unit)
	}
	return message.Operands(h.SocketUnit, h.Unit)
}

// stopUnit is how the systemd that has a unit is told to stop it. What would start it again goes first, and a unit that starts
// with the host is kept from that: the port is another's from now on.
func stopUnit(h describe.Holder) []way {
	c := h.Use()
	k, command := c.Control, systemctl(c.UserUnit, c.UnitUID)
	args := words(h)
	if k == nil {
		return []way{{key: message.StopUnit, command: command + "stop " + units(h), undo: command + "start " + units(h), stops: true}}
	}
	args["mode"] = k.KillMode
	switch {
	case k.Inactive && len(k.Triggers) == 0 && h.PID != 0:
		return []way{{key: message.LeftByUnit, args: args, command: freeUp(h), process: h.PID}}
	case k.KillMode != "" && (!k.Alone || c.UserUnit):
		return []way{{key: message.OutlivesUnit, args: args, command: freeUp(h), process: h.PID}}
	}
	var list []string
	for _, name := range slices.Concat(k.Triggers, []string{h.SocketUnit, h.Unit}, k.Started) {
		if name = message.Clean(name); name != "" && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	if k.KillMode != "" {
		// For this one time: the setting is taken back with the unit stopped.
		dir := "/run/systemd/system/" + h.Unit + ".d"
		file := message.Quote(dir + "/60-safeport.conf")
		return []way{{key: message.StopWhole, args: args, stops: true, command: "sudo mkdir -p -- " + message.Quote(dir) +
			` && printf '[Service]\nKillMode=control-group\n' | sudo tee -- ` + file + " && sudo systemctl daemon-reload && " +
			stopAll(command, list, k.Enabled) + " && sudo rm -- " + file + " && sudo systemctl daemon-reload"}}
	}
	key := message.StopUnit
	if len(k.Enabled) > 0 {
		key = message.DisableUnit
	}
	return []way{{key: key, command: stopAll(command, list, k.Enabled), undo: startAll(command, list, k.Enabled), stops: true}}
}

// stopAll stops units one after the other, in as few commands as that takes.
func stopAll(systemctl string, units, enabled []string) string {
	var commands []string
	for i := 0; i < len(units); {
		verb, off := "stop", slices.Contains(enabled, units[i])
		if off {
			verb = "disable --now"
		}
		first := i
		for i < len(units) && slices.Contains(enabled, units[i]) == off {
			i++
		}
		commands = append(commands, systemctl+verb+" "+message.Operands(units[first:i]...))
	}
	return strings.Join(commands, " && ")
}

// startAll takes [stopAll] back: what was disabled is enabled, and all of it runs again.
func startAll(systemctl string, units, enabled []string) string {
	var commands []string
	for _, unit := range units {
		verb := "start "
		if slices.Contains(enabled, unit) {
			verb = "enable --now "
		}
		commands = append(commands, systemctl+verb+message.Operands(unit))
	}
	return strings.Join(commands, " && ")
}
