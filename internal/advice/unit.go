package advice

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/facts"
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
	return sudoUser(holder.UserName(strconv.FormatUint(uint64(uid), 10)))
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
	stop := stopAll(command, list, k.Enabled)
	settings := map[string]string{}
	for _, name := range list {
		if slices.Contains(k.Unstoppable, name) {
			settings[name] = `[Unit]\nRefuseManualStop=no\n`
		}
	}
	if k.KillMode != "" {
		// For this one time: the setting is taken back with the unit stopped.
		settings[h.Unit] += `[Service]\nKillMode=control-group\n`
		return []way{{key: message.StopWhole, args: args, stops: true, command: during(c, settings, stop)}}
	}
	f := way{key: message.StopUnit, command: stop, undo: undoOf(c, list), stops: true}
	switch {
	case len(settings) > 0:
		f.key, f.args, f.command = message.StopRefusing, message.Args{"unit": strings.Join(slices.Sorted(maps.Keys(settings)), ", ")}, during(c, settings, stop)
	case len(k.Enabled) > 0:
		f.key = message.DisableUnit
	}
	return []way{f}
}

// during runs a command while settings of units are other ones, in files that are removed again: systemd has no other way to
// change these.
func during(c facts.PortUse, settings map[string]string, command string) string {
	as, base := "sudo ", "/run/systemd/system/"
	if c.UserUnit {
		as, base = "sudo -u "+message.Quote(userName(c.UnitUID))+" ", fmt.Sprintf("/run/user/%d/systemd/user/", c.UnitUID)
		if c.UnitUID != 0 && int(c.UnitUID) == os.Geteuid() {
			as = ""
		}
	}
	reload := systemctl(c.UserUnit, c.UnitUID) + "daemon-reload"
	var before, files []string
	for _, unit := range slices.Sorted(maps.Keys(settings)) {
		dir := base + unit + ".d"
		file := message.Quote(dir + "/60-safeport.conf")
		files = append(files, file)
		before = append(before, as+"mkdir -p -- "+message.Quote(dir), "printf '"+settings[unit]+"' | "+as+"tee -- "+file)
	}
	commands := append(before, reload, command, as+"rm -- "+strings.Join(files, " "), reload)
	return strings.Join(commands, " && ")
}

// undoOf starts units again that were stopped, with what was stopped because of them; empty where one of them is gone then.
func undoOf(c facts.PortUse, list []string) string {
	k, command := c.Control, systemctl(c.UserUnit, c.UnitUID)
	list = slices.Concat(list, clean(k.Dependents))
	has := func(some []string) func(string) bool {
		return func(name string) bool { return slices.Contains(some, name) }
	}
	if slices.ContainsFunc(list, has(k.Passing)) {
		return ""
	}
	start := startAll(command, list, k.Enabled)
	settings := map[string]string{}
	for _, name := range list {
		if slices.Contains(k.Unstartable, name) {
			settings[name] = `[Unit]\nRefuseManualStart=no\n`
		}
	}
	if len(settings) > 0 {
		start = during(c, settings, start)
	}
	var masked []string
	for _, name := range list {
		if slices.Contains(k.Masked, name) {
			masked = append(masked, name)
		}
	}
	if len(masked) > 0 {
		start = command + "unmask " + message.Operands(masked...) + " && " + start + " && " + command + "mask " + message.Operands(masked...)
	}
	return start
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

// clean leaves out names that cannot be printed as they are.
func clean(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return message.Clean(name) != name })
}

// startAll takes [stopAll] back: what was disabled is enabled, and all of it runs again, with what was stopped because of it.
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
