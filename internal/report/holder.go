package report

import (
	"fmt"
	"strings"

	"safeport"
)

// maxHolders bounds what one port prints: a wide range can have hundreds of holders, and the first few tell the story.
const maxHolders = 6

// tenant is a holder with all the places where it holds the port: one nginx on 0.0.0.0 and on [::] is one tenant.
type tenant struct {
	safeport.Holder
	at []string
}

// tenants joins the holders that differ in their addresses and ports alone, in the order of first sight.
func tenants(holders []safeport.Holder) []tenant {
	var list []tenant
	index := make(map[string]int)
	for _, h := range holders {
		key := identity(h)
		i, seen := index[key]
		if !seen {
			i = len(list)
			index[key] = i
			list = append(list, tenant{Holder: h})
		}
		list[i].at = append(list[i].at, endpoint(h.Address, fmt.Sprint(h.Port)))
	}
	return list
}

func identity(h safeport.Holder) string {
	container := ""
	if h.Container != nil {
		container = h.Container.ID + "/" + h.Container.Name
	}
	return fmt.Sprintf("%s|%s|%d|%s|%s|%s|%s|%s|%s", h.Kind, h.Name, h.PID, h.Unit, container, h.State, h.Remote, h.Device, h.Protocol)
}

// who names the tenant and, in brackets, what tells it from others of that name.
func (t tenant) who() string {
	var name string
	var facts []string
	switch t.Kind {
	case safeport.HolderContainer:
		name, facts = t.container()
	case safeport.HolderUnit:
		name = t.Name
		facts = []string{"systemd unit"}
	case safeport.HolderKernel:
		name = "the kernel"
		if t.Name != "kernel" {
			facts = nonEmpty(t.Name)
		}
	case safeport.HolderRule:
		name = "a packet filter rule"
		facts = nonEmpty(t.Name)
	case safeport.HolderUnseen:
		name = "somebody who cannot be seen from here"
		facts = nonEmpty(labelled("user", t.User))
	default:
		name, facts = t.process()
	}
	if t.Started != nil {
		facts = append(facts, "since "+t.Started.Local().Format("2006-01-02 15:04"))
	}
	if len(facts) == 0 {
		return name
	}
	return name + " (" + strings.Join(facts, ", ") + ")"
}

func (t tenant) process() (name string, facts []string) {
	if t.PID != 0 {
		facts = append(facts, fmt.Sprintf("pid %d", t.PID))
	}
	return t.Name, append(facts, nonEmpty(t.User, t.Unit)...)
}

func (t tenant) container() (name string, facts []string) {
	c := t.Container
	if c == nil {
		return "container " + t.Name, nil
	}
	name = "container " + c.Name
	if c.Name == "" {
		name = "container " + c.ID
	}
	facts = nonEmpty(c.Image)
	if c.Project != "" {
		project := "Compose project " + c.Project
		if c.Directory != "" {
			project += " in " + c.Directory
		}
		facts = append(facts, project)
	}
	if c.State != "running" {
		facts = append(facts, nonEmpty(c.State, labelled("restart", c.Restart))...)
	}
	return name, facts
}

// how says in what way the tenant has the port, and where.
func (t tenant) how() string {
	where := enumerate(t.at, 3)
	text := t.State + " on " + where
	switch t.State {
	case "":
		text = "on " + where
	case "bound":
		text = "bound to " + where
		if t.Protocol == "tcp" {
			text += ", not listening"
		}
	case "established", "connected":
		// An outgoing connection has the port as its source, which is what surprises: nobody listens there.
		text = "with a connection from " + where
	case "time-wait":
		text = "finishing a connection of " + where
	case "stopped", "created", "exited":
		text = "takes " + where + " when it starts"
	}
	if t.Remote != "" {
		text += " to " + t.Remote
	}
	if t.Device != "" {
		text += " on device " + t.Device
	}
	if t.FreeIn > 0 {
		text += fmt.Sprintf(", free in %.0f s", max(1, t.FreeIn))
	}
	return text
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

func labelled(label, text string) string {
	if text == "" {
		return ""
	}
	return label + " " + text
}

// seen is the whole fact as its source told it.
func (t tenant) seen() string { return t.who() + ", " + t.how() }

func portNumber(h safeport.Holder) string { return fmt.Sprint(h.Port) }
