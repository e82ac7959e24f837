package advice

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/report"
)

// freeHolders says how those that have a port give it back. Nothing is ever told to be killed, and nothing that the host lives
// on is told to be stopped. What has to go together is one command.
func (w *Builder) freeHolders(out *report.Finding, holders []describe.Holder, want port.Requirement) {
	const most = 16
	var ways []way
	seen := map[string]bool{}
	for _, h := range holders {
		for _, f := range w.waysFrom(h, want) {
			if id := f.command + w.textOf(f); !seen[id] && len(ways) < most {
				seen[id] = true
				ways = append(ways, f)
			}
		}
	}
	var commands []string
	together := true
	for _, f := range ways {
		if together = together && f.stops; f.stops {
			commands = append(commands, f.command)
		}
	}
	if together && len(commands) > 1 {
		all := way{key: message.StopAll, args: message.Args{"count": strconv.Itoa(len(commands))}}
		out.Remedies = append(out.Remedies, report.Remedy{Text: w.textOf(all), Command: w.here(strings.Join(commands, " && ")), Stops: true, Undo: w.here(undoAll(ways))})
		return
	}
	for _, f := range ways {
		out.Remedies = append(out.Remedies, report.Remedy{Text: w.textOf(f), Command: w.here(f.command), Stops: f.stops, Undo: w.here(f.undo), Process: f.process})
	}
}

// waysFrom says how one holder gives a port back.
func (w *Builder) waysFrom(h describe.Holder, want port.Requirement) []way {
	rule, carries := h.Use().Rule, carries(h)
	switch {
	case h.State == "time-wait":
		return []way{{key: message.WaitTimeWait, args: message.Args{"seconds": secondsLeft(h)}}}
	case h.State == "connected" && h.Protocol == "tcp" && (h.Kind == report.HolderProcess || h.Kind == report.HolderUnit):
		setting := "net.ipv4.ip_local_reserved_ports=" + reserved(w.Kernel.Reserved, []port.Range{port.Single(uint16(h.Port))})
		return []way{{key: message.EndConnection, command: "sudo sysctl -w " + setting}}
	case w.resolves(h):
		return w.keep(message.KeepHost, h, want)
	case h.From.ForContainer():
		command := w.Subject.commandBehind(h) + " ps"
		if !strings.HasSuffix(command, "podman ps") { // which knows no such filter
			command = fmt.Sprintf("%s --filter publish=%d", command, h.Port)
		}
		return []way{{key: message.FindContainer, command: command}}
	case h.Kind == report.HolderRule && w.leftover(*rule):
		return []way{{key: message.RemoveRule, args: message.Args{"address": rule.To.String()}, command: removeRule(*rule)}}
	case h.Kind == report.HolderRule:
		if rule.Backend == facts.Tracked {
			return []way{{key: message.EndFlows, command: "sudo conntrack -D -p udp --orig-port-dst " + port.Number(want)}}
		}
		return []way{{key: message.ShowRule, command: showRule(*rule)}}
	case h.Kind == report.HolderContainer:
		return w.stopContainer(h)
	case h.Use().Machine.Kind != facts.NoMachine && h.Unit != "":
		return inMachine(h)
	case isStub(h):
		return w.turnOffStub(h, want)
	case h.Use().Feature != nil:
		return w.turnOff(h, want)
	case w.byItsManager(h) != nil:
		return w.byItsManager(h)
	case carries != "":
		return w.keep(carries, h, want)
	case h.Unit != "":
		return stopUnit(h)
	case h.Kind == report.HolderProcess:
		return w.byHand(h, w.Lang.Text(message.StopProcess, words(h)))
	}
	return nil
}

// stopContainer is how a container gives a port back: by the one who looks after it.
func (w *Builder) stopContainer(h describe.Holder) []way {
	c := h.From.Container
	engine, unit := w.Subject.commandOf(c), message.Clean(c.Labels["PODMAN_SYSTEMD_UNIT"])
	switch {
	case c.Pod && h.Container.Pod != "":
		return []way{{key: message.MoveThePod, args: message.Args{"pod": h.Container.Pod}}}
	case c.Pod:
		return []way{{key: message.MovePod}}
	case c.Service:
		return []way{{key: message.UnpublishService, command: fmt.Sprintf("%s service update --publish-rm %d -- %s", engine, h.Port, message.Quote(h.Name))}}
	case unit != "":
		h.Unit = unit
		return stopUnit(h)
	case engine == "":
		return []way{{key: message.StopContainerThere, args: message.Args{"name": h.Name}}}
	}
	return []way{{key: message.StopContainer, command: engine + " stop " + message.Operands(h.Name), undo: engine + " start " + message.Operands(h.Name), stops: true}}
}

// inMachine is how the systemd of a container is told to stop a unit: the host's has none of the name, or another one.
func inMachine(h describe.Holder) []way {
	m := h.Use().Machine
	args := message.Args{"unit": h.Unit, "machine": message.Clean(m.Name)}
	name, stop := message.Quote(m.Name), "systemctl stop "+units(h)
	command := ""
	switch {
	case h.Use().UserUnit:
	case m.Kind == facts.Nspawn:
		command = "sudo systemctl --machine=" + name + " stop " + units(h)
	case m.Kind == facts.LXC:
		command = lxcTool(lxcOf(h), "attach") + " -- " + stop
	case m.Kind == facts.LXD:
		command = "sudo lxc exec " + inProject(m.Name) + " -- " + stop
	case m.Kind == facts.Incus:
		command = "sudo incus exec " + inProject(m.Name) + " -- " + stop
	}
	if command == "" {
		return []way{{key: message.StopThere, args: args}}
	}
	return []way{{key: message.StopInMachine, args: args, command: command, stops: true}}
}
