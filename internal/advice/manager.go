package advice

import (
	"path"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/report"
)

// byItsManager is how a holder is stopped by whoever looks after it, where that is neither systemd nor a container engine:
// the innermost of its chain. Empty where it is one of those, or nobody.
func (w *Builder) byItsManager(h describe.Holder) []way {
	p := h.Use().Process
	if p == nil || len(p.Chain) == 0 || h.Kind != report.HolderProcess || h.Self {
		return nil
	}
	// What a host lives on is another host's in a container that has a system of its own.
	if carriesName(h.Name) && !slices.ContainsFunc(p.Chain, isLXC) {
		return nil
	}
	self, typed := p.Chain[len(p.Chain)-1], false
	for _, l := range slices.Backward(p.Chain[:len(p.Chain)-1]) {
		switch l.Kind {
		case facts.LinkSupervisor:
			if ways := w.bySupervisor(l); ways != nil {
				return ways
			}
			return []way{{text: w.Lang.Sprintf("Stop %s (PID %d) with %s, which started it under an unknown name", h.Name, h.PID, l.Name)}}
		case facts.LinkApp:
			return w.byApp(l, h)
		case facts.LinkTerminal:
			return w.inMultiplexer(l, self, h)
		case facts.LinkShell:
			typed = true // into what is told further up
		case facts.LinkLogin, facts.LinkEditor:
			return w.atTerminal(p.Chain, self, h)
		case facts.LinkScheduler:
			return w.ofScheduler(l, h)
		case facts.LinkUnit:
			if self.Loose && carries(h) == message.KeepSSH {
				return w.byHand(h, w.Lang.Sprintf("%s (PID %d) was left running by a closed login session: end it after confirming", h.Name, h.PID))
			}
			if !strings.HasSuffix(l.Name, ".scope") {
				return nil
			}
			if strings.HasPrefix(l.Name, "run-") {
				return []way{{text: w.Lang.Sprintf("Stop %s, created by systemd-run", message.Clean(l.Name)),
					command: systemctl(h.Use().UserUnit, h.Use().UnitUID) + "stop " + message.Operands(l.Name), stops: true}}
			}
		case facts.LinkEngine:
			if l.Name == "containerd" {
				return w.byHand(h, w.Lang.Sprintf("Stop it with the client that started it: it is in a container of containerd (namespace %s); or end it after being asked", message.Clean(l.Service)))
			}
			return nil
		case facts.LinkMachine:
			if !isLXC(l) {
				return nil
			}
			if typed || message.Clean(l.Name+l.Config) != l.Name+l.Config {
				return w.byHand(h, w.Lang.Sprintf("Stop %s (PID %d) inside LXC container %s, or end it after confirming", h.Name, h.PID, message.Clean(l.Name)))
			}
			stop, start := lxcStop(l)
			return []way{{text: w.Lang.Sprintf("Stop LXC container %s, which %s (PID %d) runs in", l.Name, h.Name, h.PID), command: stop, undo: start, stops: true}}
		case facts.LinkPod, facts.LinkManager:
			return nil
		}
	}
	if typed {
		return w.atTerminal(p.Chain, self, h)
	}
	return nil
}

// bySupervisor is how a supervisor stops a service, and keeps it from starting with the host where one command does that.
func (w *Builder) bySupervisor(l facts.Link) []way {
	if l.Service == "" || message.Clean(l.Service+l.Config) != l.Service+l.Config {
		return nil
	}
	as, service, dir := asOwner(l.User), message.Operands(l.Service), message.Quote(l.Config)
	known := w.Lang.Sprintf("Stop %s with %s, which started it", l.Service, l.Name)
	switch l.Name {
	case "supervisord":
		ctl := as + "supervisorctl "
		if l.Config != "" {
			ctl += "-c " + dir + " "
		}
		return []way{{text: known, command: ctl + "stop " + service, undo: ctl + "start " + service, stops: true}}
	case "pm2":
		ctl := as + "pm2 "
		if l.Config != "" {
			ctl = as + "PM2_HOME=" + dir + " pm2 "
		}
		return []way{{text: known, command: ctl + "stop " + service, undo: ctl + "start " + service, stops: true}}
	case "runit":
		down := message.Quote(path.Join(l.Config, "down"))
		return []way{{text: known, command: as + "touch " + down + " && " + as + "sv stop " + dir, undo: as + "rm -f " + down + " && " + as + "sv start " + dir, stops: true}}
	case "s6":
		down := message.Quote(path.Join(l.Config, "down"))
		return []way{{text: known, command: as + "touch " + down + " && " + as + "s6-svc -wD -d " + dir, undo: as + "rm -f " + down + " && " + as + "s6-svc -u " + dir, stops: true}}
	case "daemontools":
		down := message.Quote(path.Join(l.Config, "down"))
		return []way{{text: known, command: as + "touch " + down + " && " + as + "svc -d " + dir, undo: as + "rm -f " + down + " && " + as + "svc -u " + dir, stops: true}}
	case "openrc":
		return []way{{text: known, command: "sudo rc-service " + service + " stop", undo: "sudo rc-service " + service + " start", stops: true}}
	case "monit":
		return []way{{text: w.Lang.Sprintf("Stop %s with monit, which would restart it", l.Service), command: "sudo monit stop " + service,
			undo: "sudo monit start " + service, stops: true}}
	}
	return nil
}

// byApp is how an application of snap or flatpak is stopped.
func (w *Builder) byApp(l facts.Link, h describe.Holder) []way {
	if l.Name == "snap" && strings.HasSuffix(h.Unit, ".service") {
		service := message.Operands(l.Service)
		return []way{{text: w.Lang.Sprintf("Stop %s with snap, which started it", l.Service), command: "sudo snap stop --disable " + service,
			undo: "sudo snap start --enable " + service, stops: true}}
	}
	return w.byHand(h, w.Lang.Sprintf("Quit %s (%s), or end it after confirming", message.Clean(l.Service), l.Name))
}

// inMultiplexer is how Ctrl-C is pressed in a pane or window of tmux or screen.
func (w *Builder) inMultiplexer(l, self facts.Link, h describe.Holder) []way {
	name := w.Lang.Sprintf("%s of %s", l.Name, message.Clean(l.User))
	if l.Service == "" || !self.Foreground || message.Clean(l.Config) != l.Config {
		return w.byHand(h, w.Lang.Sprintf("Stop %s (PID %d) where it was started (%s), or end it after confirming", h.Name, h.PID, name))
	}
	text := w.Lang.Sprintf("Press Ctrl-C in %s, which is what this does", name)
	if l.Name == "tmux" {
		return []way{{text: text, command: asOwner(l.User) + "tmux -S " + message.Quote(l.Config) + " send-keys -t " + message.Quote(l.Service) + " C-c", stops: true}}
	}
	return []way{{text: text, command: asOwner(l.User) + "screen -S " + message.Quote(l.Config) + " -p " + message.Quote(l.Service) + " -X stuff '^C'", stops: true}}
}

// atTerminal is how a process that somebody started by hand is stopped: where it was started.
func (w *Builder) atTerminal(chain []facts.Link, self facts.Link, h describe.Holder) []way {
	login := facts.Link{User: self.User, TTY: self.TTY}
	for _, l := range slices.Backward(chain) {
		if l.Kind == facts.LinkLogin || l.Kind == facts.LinkEditor {
			login.Kind, login.Name, login.From = l.Kind, l.Name, l.From
			if l.User != "" {
				login.User = l.User
			}
			break
		}
	}
	who := w.Lang.Sprintf("user %s", message.Clean(login.User))
	switch {
	case login.Kind == facts.LinkEditor:
		who = w.Lang.Sprintf("%s of user %s", login.Name, message.Clean(login.User))
	case login.From != "":
		who = w.Lang.Sprintf("user %s, logged in from %s", message.Clean(login.User), message.Clean(login.From))
	}
	switch {
	case self.TTY == "":
		return w.byHand(h, w.Lang.Sprintf("Stop %s (PID %d), started by %s, or end it after confirming", h.Name, h.PID, who))
	case self.Foreground:
		return w.byHand(h, w.Lang.Sprintf("Press Ctrl-C in terminal %s (%s), or end it after confirming", self.TTY, who))
	}
	return w.byHand(h, w.Lang.Sprintf("Stop %s (PID %d) in the background of terminal %s (%s) with fg and Ctrl-C, or end it after confirming", h.Name, h.PID, self.TTY, who))
}

// ofScheduler is how a job of cron or at is stopped, and kept from coming back.
func (w *Builder) ofScheduler(l facts.Link, h describe.Holder) []way {
	switch {
	case l.Name == "at" && l.Service != "":
		return w.byHand(h, w.Lang.Sprintf("It is at job %s, which runs once: end it after confirming", l.Service))
	case l.Config != "":
		return w.byHand(h, w.Lang.Sprintf("It is a cron job (%s): remove that line so that cron doesn't restart it, then end it after confirming", message.Clean(l.Config)))
	}
	return w.byHand(h, w.Lang.Sprintf("It is a job of %s: end it after confirming", l.Name))
}

// byHand is for a process that nobody manages: "safeport free-up" ends it once its name was typed.
func (w *Builder) byHand(h describe.Holder, text string) []way {
	return []way{{text: text, command: freeUp(h), process: h.PID}}
}

// carriesName says whether a program of the name is one that a host lives on.
func carriesName(name string) bool {
	return slices.ContainsFunc(carriers, func(c carrier) bool { return slices.Contains(c.names, name) })
}
