package safeport

import (
	"os"
	"slices"
	"strconv"

	"github.com/safeport/safeport/internal/claim"
	"github.com/safeport/safeport/internal/host/holder"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/verdict"
)

// maxHolders bounds the holders listed of one want: a range of a thousand ports may have a thousand.
const maxHolders = 64

func holdersOf(found []verdict.Holder) []Holder {
	holders := make([]Holder, 0, min(len(found), maxHolders))
	for _, h := range found[:min(len(found), maxHolders)] {
		holders = append(holders, holderOf(h))
	}
	return holders
}

// holderOf describes a holder for the report; everything that the host wrote is made safe to print.
func holderOf(h verdict.Holder) Holder {
	c := h.Claim()
	described := Holder{
		Unit:       message.Clean(c.Unit),
		SocketUnit: message.Clean(c.Socketed),
		Protocol:   c.Protocol.String(),
		Address:    c.Binding.Addr.String(),
		Port:       int(h.Port),
		State:      stateName(c),
		Device:     message.Clean(c.Binding.Device),
		FreeIn:     c.FreeIn.Seconds(),
		Own:        h.Own,
		Source:     c.Source,
		userUnit:   c.UserUnit,
		unitUID:    c.UnitUID,
		Machine:    message.Clean(c.Machine.Name),
		machine:    c.Machine,
		control:    c.Control,

		forContainer: h.ForContainer(),
	}
	if c.State == claim.Connected || c.State == claim.TimeWait {
		described.Remote = c.Remote.String()
	}
	if c.Socket != nil {
		described.User = holder.User(c.Socket)
	}
	if p := c.Process; p != nil {
		described.Name, described.PID, described.User = message.Clean(p.Name), p.PID, message.Clean(p.User)
		described.Command = message.Clean(p.Command)
		described.self = slices.Contains(holder.Ancestors("/proc", os.Getpid()), p.PID)
		if !p.Started.IsZero() {
			started := p.Started.UTC()
			described.Started = &started
		}
	}
	switch h.Kind {
	case verdict.Process:
		described.Kind = HolderProcess
	case verdict.Container:
		described.Kind, described.Container = HolderContainer, containerOf(h.Container)
		described.Name = described.Container.Name
	case verdict.Unit:
		described.Kind, described.Name = HolderUnit, described.Unit
	case verdict.Rule:
		described.Kind, described.Name = HolderRule, message.Clean(c.Rule.Name())
		described.Command, described.rule = message.Clean(c.Rule.Does()), c.Rule
	case verdict.Kernel:
		described.Kind, described.Name, described.User = HolderKernel, "kernel", ""
		if c.Tunnel != "" {
			described.Name, described.Device = message.Clean(c.Tunnel), message.Clean(c.Tunnel)
		}
	default:
		described.Kind = HolderUnseen
	}
	return described
}

// stateName is the state as ss and docker call it.
func stateName(c claim.Claim) string {
	switch c.State {
	case claim.Listening:
		return "listening"
	case claim.Bound:
		return "bound"
	case claim.Connected:
		return "connected"
	case claim.TimeWait:
		return "time-wait"
	case claim.Published:
		return "published"
	case claim.Diverted:
		return "redirecting"
	}
	return c.Owner.State
}

func containerOf(c claim.Container) *Container {
	name := c.Name
	if name == "" && len(c.ID) >= 12 {
		name = c.ID[:12] // known from its cgroup alone
	}
	return &Container{
		Engine: c.Engine, User: message.Clean(c.User), Service: c.Service, endpoint: c.Endpoint, host: c.Host, pod: c.Pod, unit: message.Clean(c.Labels["PODMAN_SYSTEMD_UNIT"]),
		ID: message.Clean(c.ID), Name: message.Clean(name), Image: message.Clean(c.Image),
		Project: message.Clean(c.Project), Directory: message.Clean(c.Directory),
		State: message.Clean(c.State), Restart: message.Clean(c.Restart),
	}
}

// phrase names a holder in a sentence: "nginx (pid 812, user root, nginx.service)".
func (h Holder) phrase(l Language) string {
	text := ""
	switch h.Kind {
	case HolderContainer:
		text = h.Container.phrase(l)
	case HolderProcess:
		args := message.Args{"name": h.Name, "pid": strconv.Itoa(h.PID), "user": "", "unit": ""}
		if h.User != "" {
			args["user"] = l.Text(message.HolderUser, message.Args{"user": h.User})
		}
		if h.Unit != "" {
			args["unit"] = l.Text(message.HolderOfUnit, message.Args{"unit": h.Unit})
		}
		text = l.Text(message.HolderProcess, args)
	case HolderUnit:
		text = l.Text(message.HolderUnit, message.Args{"name": h.Name})
	case HolderRule:
		text = l.Text(message.HolderRule, message.Args{"name": h.Name, "does": h.Command, "author": h.author(l)})
	case HolderKernel:
		if h.State == "time-wait" {
			return l.Text(message.HolderTimeWait, message.Args{"seconds": h.secondsLeft()})
		}
		if h.Device != "" {
			return l.Text(message.HolderTunnel, message.Args{"device": h.Device})
		}
		text = l.Text(message.HolderOrphan, nil)
	default:
		text = l.Text(message.HolderUnseen, message.Args{"user": h.User})
	}
	switch {
	case h.State == "connected" && h.Protocol == "tcp":
		text = l.Text(message.SourcePort, message.Args{"holder": text, "remote": h.Remote})
	case h.State == "bound" && h.Protocol == "tcp":
		text = l.Text(message.Idle, message.Args{"holder": text})
	}
	return text
}

// author says who wrote a rule, as far as it shows.
func (h Holder) author(l Language) string {
	text := ""
	if h.rule != nil && h.rule.Author != "" {
		text = l.Text(message.RuleAuthor, message.Args{"author": h.rule.Author})
	}
	if h.rule != nil && h.rule.Comment != "" {
		text += l.Text(message.RuleComment, message.Args{"comment": message.Clean(h.rule.Comment)})
	}
	return text
}

// secondsLeft rounds up: a port that is free in 0 s is not free yet.
func (h Holder) secondsLeft() string { return strconv.Itoa(int(h.FreeIn) + 1) }
