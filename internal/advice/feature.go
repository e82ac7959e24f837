package advice

import (
	"fmt"
	"strings"

	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
)

// turnOff is how a daemon that the host lives on gives a port back and runs on: without what it has it for. Empty where that is
// not seen.
func (w *Builder) turnOff(h describe.Holder, want port.Requirement) []way {
	f := h.Use().Feature
	if f == nil {
		return nil
	}
	var off way
	switch {
	case f.Tool != "tailscale":
		off = way{key: message.RemoveProxy, args: message.Args{"device": f.Name, "name": f.Instance}, command: removeProxy(f.Tool, f.Project, f.Instance, f.Name), stops: true}
	case f.Name == "":
		return w.keep(message.KeepTailscaleOwn, h, want)
	case f.Foreground:
		off = way{key: message.EndServe, args: message.Args{"name": f.Name}}
	default:
		command := "sudo tailscale "
		if f.Socket != "" {
			command += "--socket=" + message.Quote(f.Socket) + " "
		}
		off = way{key: message.TurnOffServe, args: message.Args{"name": f.Name}, command: fmt.Sprintf("%s%s --%s=%d off", command, f.Name, f.Handler, h.Port), stops: true}
	}
	if beside := w.besideIt(h, want); beside != nil {
		return []way{*beside, off}
	}
	return []way{off}
}

// removeProxy removes a proxy device. One that a profile gives to the instance cannot be: a device of no kind takes its place.
func removeProxy(tool, project, instance, device string) string {
	of := ""
	if project != "" {
		of = " --project=" + message.Quote(project)
	}
	names := message.Operands(instance, device)
	command := "sudo " + tool + " config device remove" + of + " " + names
	return strings.Join([]string{command, "sudo " + tool + " config device add" + of + " " + names + " none"}, " || ")
}
