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

// described is a holder as the report has it, beside what it was described from: advice needs both.
type described struct {
	Holder
	From verdict.Holder
	Self bool // safeport was started by it
}

// claim is what the holder was found by.
func (h described) claim() claim.Claim { return h.From.Claim() }

func holdersOf(found []verdict.Holder) []described {
	holders := make([]described, 0, min(len(found), maxHolders))
	for _, h := range found[:min(len(found), maxHolders)] {
		holders = append(holders, holderOf(h))
	}
	return holders
}

// holdersOfAll are those of each result.
func holdersOfAll(results []verdict.Result) [][]described {
	all := make([][]described, len(results))
	for i, r := range results {
		all[i] = holdersOf(r.Holders)
	}
	return all
}

// holderOf describes a holder for the report; everything that the host wrote is made safe to print.
func holderOf(h verdict.Holder) described {
	c := h.Claim()
	d := described{From: h, Holder: Holder{
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
		Machine:    message.Clean(c.Machine.Name),
	}}
	if c.State == claim.Connected || c.State == claim.TimeWait {
		d.Remote = c.Remote.String()
	}
	if c.Socket != nil {
		d.User = holder.User(c.Socket)
	}
	if p := c.Process; p != nil {
		d.Name, d.PID, d.User = message.Clean(p.Name), p.PID, message.Clean(p.User)
		d.Command = message.Clean(p.Command)
		d.Self = slices.Contains(holder.Ancestors("/proc", os.Getpid()), p.PID)
		if !p.Started.IsZero() {
			started := p.Started.UTC()
			d.Started = &started
		}
	}
	switch h.Kind {
	case verdict.Process:
		d.Kind = HolderProcess
	case verdict.Container:
		d.Kind, d.Container = HolderContainer, containerOf(h.Container)
		d.Name = d.Container.Name
	case verdict.Unit:
		d.Kind, d.Name = HolderUnit, d.Unit
	case verdict.Rule:
		d.Kind, d.Name = HolderRule, message.Clean(c.Rule.Name())
		d.Command = message.Clean(c.Rule.Does())
	case verdict.Kernel:
		d.Kind, d.Name, d.User = HolderKernel, "kernel", ""
		if c.Tunnel != "" {
			d.Name, d.Device = message.Clean(c.Tunnel), message.Clean(c.Tunnel)
		}
	default:
		d.Kind = HolderUnseen
	}
	return d
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
		Engine: c.Engine, User: message.Clean(c.User), Service: c.Service,
		ID: message.Clean(c.ID), Name: message.Clean(name), Image: message.Clean(c.Image),
		Project: message.Clean(c.Project), Directory: message.Clean(c.Directory),
		State: message.Clean(c.State), Restart: message.Clean(c.Restart),
	}
}

// phrase names a holder in a sentence: "nginx (pid 812, user root, nginx.service)".
func phrase(l Language, h described) string {
	text := ""
	switch h.Kind {
	case HolderContainer:
		text = containerPhrase(l, h.Container)
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
		text = l.Text(message.HolderRule, message.Args{"name": h.Name, "does": h.Command, "author": ruleAuthor(l, h.claim().Rule)})
	case HolderKernel:
		if h.State == "time-wait" {
			return l.Text(message.HolderTimeWait, message.Args{"seconds": secondsLeft(h)})
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

// ruleAuthor says who wrote a rule, as far as it shows.
func ruleAuthor(l Language, r *claim.Rule) string {
	text := ""
	if r != nil && r.Author != "" {
		text = l.Text(message.RuleAuthor, message.Args{"author": r.Author})
	}
	if r != nil && r.Comment != "" {
		text += l.Text(message.RuleComment, message.Args{"comment": message.Clean(r.Comment)})
	}
	return text
}

// secondsLeft rounds up: a port that is free in 0 s is not free yet.
func secondsLeft(h described) string { return strconv.Itoa(int(h.FreeIn) + 1) }
