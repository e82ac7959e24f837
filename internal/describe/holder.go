package describe

import (
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/holder"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/verdict"
	"github.com/safeport/safeport/report"
)

// maxHolders bounds the holders listed of one want: a range of a thousand ports may have a thousand.
const maxHolders = 64

// Holder is a holder as the report has it, beside what it was described from: advice needs both.
type Holder struct {
	report.Holder
	From verdict.Holder
	Self bool // safeport was started by it
}

// Use is what the holder was found by.
func (h Holder) Use() facts.PortUse { return h.From.Use() }

func holdersOf(found []verdict.Holder) []Holder {
	holders := make([]Holder, 0, min(len(found), maxHolders))
	for _, h := range found[:min(len(found), maxHolders)] {
		holders = append(holders, HolderOf(h))
	}
	return holders
}

// Holders are those of each result.
func Holders(results []verdict.Result) [][]Holder {
	all := make([][]Holder, len(results))
	for i, r := range results {
		all[i] = holdersOf(r.Holders)
	}
	return all
}

// HolderOf describes a holder for the report; everything that the host wrote is made safe to print.
func HolderOf(h verdict.Holder) Holder { return Chains{}.HolderOf(h) }

// HolderOf is [HolderOf] for many holders, which have chains in common.
func (known Chains) HolderOf(h verdict.Holder) Holder {
	c := h.Use()
	d := Holder{From: h, Holder: report.Holder{
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
	if c.State == facts.Connected || c.State == facts.TimeWait {
		d.Remote = c.Remote.String()
	}
	if p := c.Process; p == nil && c.Socket != nil {
		d.User = holder.User(c.Socket)
	} else if p != nil {
		d.Name, d.PID, d.User = message.Clean(p.Name), p.PID, message.Clean(p.User)
		d.Command = message.Clean(p.Command)
		d.Self = p.Self
		if !p.Started.IsZero() {
			started := p.Started.UTC()
			d.Started = &started
		}
	}
	switch h.Kind {
	case verdict.Process:
		d.Kind = report.HolderProcess
	case verdict.Container:
		d.Kind, d.Container = report.HolderContainer, ContainerOf(h.Container)
		d.Name = d.Container.Name
	case verdict.Unit:
		d.Kind, d.Name = report.HolderUnit, d.Unit
	case verdict.Rule:
		d.Kind, d.Name = report.HolderRule, message.Clean(c.Rule.Name())
		d.Command = message.Clean(c.Rule.Does())
	case verdict.Kernel:
		d.Kind, d.Name, d.User = report.HolderKernel, "kernel", ""
		if c.Tunnel != "" {
			d.Name, d.Device = message.Clean(c.Tunnel), message.Clean(c.Tunnel)
		}
	default:
		d.Kind = report.HolderUnseen
	}
	if d.Chain = known.of(h); d.Container != nil && h.Container.Pod {
		inPod(&d.Holder)
	}
	return d
}

// inPod names a container of Kubernetes, which no engine knows by name, as its Pod does.
func inPod(d *report.Holder) {
	for _, l := range d.Chain {
		switch facts.LinkKind(l.Kind) {
		case facts.LinkPod:
			d.Container.Pod = l.Name
		case facts.LinkContainer:
			if d.Container.Pod != "" {
				d.Name, d.Container.Name = l.Name, l.Name
			}
		}
	}
}

// stateName is the state as ss and docker call it.
func stateName(c facts.PortUse) string {
	switch c.State {
	case facts.Listening:
		return "listening"
	case facts.Bound:
		return "bound"
	case facts.Connected:
		return "connected"
	case facts.TimeWait:
		return "time-wait"
	case facts.Published:
		return "published"
	case facts.Redirecting:
		return "redirecting"
	}
	return c.Owner.State
}

func ContainerOf(c facts.Container) *report.Container {
	name := c.Name
	if name == "" && len(c.ID) >= 12 {
		name = c.ID[:12] // known from its cgroup alone
	}
	return &report.Container{
		Engine: c.Engine, User: message.Clean(c.User), Service: c.Service,
		ID: message.Clean(c.ID), Name: message.Clean(name), Image: message.Clean(c.Image),
		Project: message.Clean(c.Project), Directory: message.Clean(c.Directory),
		State: message.Clean(c.State), Restart: message.Clean(c.Restart),
	}
}
