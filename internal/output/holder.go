package output

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/safeport/safeport/report"
)

// maxHolders bounds what one port prints: a wide range can have hundreds of holders, and the first few tell the story.
const maxHolders = 6

// holderRow is a holder with all the places where it holds the port: one nginx on 0.0.0.0 and on [::] is one holderRow.
type holderRow struct {
	report.Holder
	at []string
}

// tenants joins the holders that differ in their addresses and ports alone, in the order of first sight.
func tenants(holders []report.Holder) []holderRow {
	var list []holderRow
	index := make(map[string]int)
	for _, h := range holders {
		key := identity(h)
		i, seen := index[key]
		if !seen {
			i = len(list)
			index[key] = i
			list = append(list, holderRow{Holder: h})
		}
		list[i].at = append(list[i].at, endpoint(h.Address, fmt.Sprint(h.Port)))
	}
	return list
}

func identity(h report.Holder) string {
	container := ""
	if h.Container != nil {
		container = h.Container.ID + "/" + h.Container.Name
	}
	return fmt.Sprintf("%s|%s|%d|%s|%s|%s|%s|%s|%s", h.Kind, h.Name, h.PID, h.Unit, container, h.State, h.Remote, h.Device, h.Protocol)
}

// who names the tenant and, in brackets, what tells it from others of that name.
func (t holderRow) who(opt Options) string {
	l := opt.Language
	var name string
	var facts []string
	switch t.Kind {
	case report.HolderContainer:
		name, facts = t.container(l)
	case report.HolderUnit:
		name = t.Name
		facts = []string{l.Sprintf("systemd unit")}
	case report.HolderKernel:
		name = l.Sprintf("the kernel")
		if t.Name != "kernel" {
			facts = nonEmpty(t.Name)
		}
	case report.HolderRule:
		name = l.Sprintf("rule")
		facts = nonEmpty(t.Name)
	case report.HolderUnseen:
		name = l.Sprintf("a process that isn't visible from here")
		if t.User != "" {
			facts = []string{l.Sprintf("user %s", t.User)}
		}
	default:
		name, facts = t.process(l)
	}
	if len(facts) > 0 {
		name = l.Sprintf("%s (%s)", name, joined(facts, l))
	}
	if t.Started != nil {
		name = l.Sprintf("%s, since %s", name, clock(*t.Started, opt.Now))
	}
	return name
}

// clock writes a time as briefly as the reader needs it: of today, by the hour.
func clock(at, now time.Time) string {
	at, now = at.Local(), now.Local()
	if at.Year() == now.Year() && at.YearDay() == now.YearDay() {
		return at.Format("15:04")
	}
	return at.Format("2006-01-02 15:04")
}

// brief is a tenant as a row of a check has it, where the port is known: who, where that is not everywhere, and since when.
func (t holderRow) brief(p report.Port, opt Options) string {
	l := opt.Language
	started := t.Started
	t.Started = nil
	if c := t.Container; c != nil && c.State == "running" {
		short := *c
		short.Project, t.Container = "", &short
	}
	text := t.who(opt)
	plainly := t.State == "listening" || t.State == "published" || t.State == "bound" && t.Protocol == "udp"
	if !plainly || !t.everywhere(p) {
		text = l.Sprintf("%s, %s", text, t.how(l))
	}
	if started != nil {
		text = l.Sprintf("%s, since %s", text, clock(*started, opt.Now))
	}
	return text
}

// everywhere says whether the tenant has the very port of a row, and on all addresses.
func (t holderRow) everywhere(p report.Port) bool {
	for _, at := range t.at {
		host, number, err := net.SplitHostPort(at)
		if err != nil || number != p.Ports || host != "0.0.0.0" && host != "::" && host != p.Address {
			return false
		}
	}
	return true
}

func (t holderRow) process(l report.Language) (name string, facts []string) {
	if t.PID != 0 {
		facts = append(facts, l.Sprintf("PID %d", t.PID))
	}
	return t.Name, append(facts, nonEmpty(t.User, t.Unit)...)
}

func (t holderRow) container(l report.Language) (name string, facts []string) {
	c := t.Container
	if c == nil {
		return l.Sprintf("container %s", t.Name), nil
	}
	facts = nonEmpty(c.Image)
	if c.Pod != "" {
		facts = append(facts, "Pod "+c.Pod)
	}
	switch {
	case c.Project == "":
	case c.Directory == "":
		facts = append(facts, l.Sprintf("Compose project %s", c.Project))
	default:
		facts = append(facts, l.Sprintf("Compose project %s in %s", c.Project, c.Directory))
	}
	if c.State != "running" {
		facts = append(facts, nonEmpty(c.State)...)
		if c.Restart != "" {
			facts = append(facts, l.Sprintf("restart %s", c.Restart))
		}
	}
	return l.Sprintf("container %s", cmp.Or(c.Name, c.ID)), facts
}

// how says in what way the tenant has the port, and where.
func (t holderRow) how(l report.Language) string {
	text := t.holds(enumerate(t.at, 3, l), l)
	if t.Remote != "" {
		text = l.Sprintf("%s to %s", text, t.Remote)
	}
	if t.Device != "" {
		text = l.Sprintf("%s on device %s", text, t.Device)
	}
	if t.FreeIn > 0 {
		text = l.Sprintf("%s, free in %.0f s", text, max(1, t.FreeIn))
	}
	return text
}

func (t holderRow) holds(where string, l report.Language) string {
	switch t.State {
	case "":
		return l.Sprintf("on %s", where)
	case "listening":
		return l.Sprintf("listening on %s", where)
	case "published":
		return l.Sprintf("published on %s", where)
	case "redirecting":
		return l.Sprintf("redirecting on %s", where)
	case "bound":
		if t.Protocol == "tcp" {
			return l.Sprintf("bound to %s, not listening", where)
		}
		return l.Sprintf("bound to %s", where)
	case "established", "connected":
		// An outgoing connection has the port as its source, which is what surprises: nobody listens there.
		return l.Sprintf("source port of a connection from %s", where)
	case "time-wait":
		return l.Sprintf("closing a connection of %s", where)
	case "stopped", "created", "exited":
		return l.Sprintf("uses %s when it starts", where)
	}
	return l.Sprintf("%s on %s", t.State, where) // a container's state, as its engine calls it
}

func nonEmpty(texts ...string) []string {
	var list []string
	for _, s := range texts {
		if s != "" {
			list = append(list, s)
		}
	}
	return list
}

// seen is the whole fact as its source told it.
func (t holderRow) seen(opt Options) string {
	return opt.Language.Sprintf("%s, %s", t.who(opt), t.how(opt.Language))
}

// Others are who has a port, besides the instance itself.
func Others(p report.Port, opt Options) (names []string) {
	others := slices.DeleteFunc(slices.Clone(p.Holders), func(h report.Holder) bool { return h.Own })
	for _, t := range tenants(others) {
		names = append(names, t.brief(p, opt))
	}
	return names
}

func portNumber(h report.Holder) string { return fmt.Sprint(h.Port) }
