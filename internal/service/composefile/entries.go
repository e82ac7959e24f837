package composefile

import (
	"slices"
	"strconv"

	"github.com/compose-spec/compose-go/v2/template"
	"github.com/compose-spec/compose-go/v2/types"
	"go.yaml.in/yaml/v4"

	"github.com/safeport/safeport/internal/service"
	"github.com/safeport/safeport/internal/settings"
)

// portEntry is a line under "ports:" as it is written. The Compose loader says which ports there are, but forgets where
// each was written and what of it was a variable; the entries remember.
type portEntry struct {
	service string
	where   string
	rank    int      // order of the entries in the files
	uses    []string // variables in the published port
	when    settings.Condition
	ports   []portKey
}

// portKey is what is equal in an entry and in the port that the loader made of it.
type portKey struct {
	hostIP, published, protocol string
	target                      uint32
}

// portEntries are the entries of all services, in order.
type portEntries struct {
	list []portEntry
	made map[portKey][]int // the entries that a port may be made of, by their place
}

// portEntries reads the "ports:" of all services in the files, interpolated.
func (d *Definition) portEntries(lookup template.Mapping) portEntries {
	all := portEntries{made: map[portKey][]int{}}
	for name, at := range d.items("ports") {
		e := newPortEntry(at.node, lookup)
		e.service, e.where, e.rank = name, at.where(), len(all.list)
		e.when, _ = at.when() // refused before if it is no condition
		for _, p := range e.ports {
			all.made[p] = append(all.made[p], e.rank)
		}
		all.list = append(all.list, e)
	}
	return all
}

func newPortEntry(n *yaml.Node, lookup template.Mapping) portEntry {
	if n.Kind == yaml.ScalarNode {
		return shortEntry(n.Value, lookup)
	}
	field := func(key, otherwise string) string {
		v := child(n, key)
		if v == nil {
			return otherwise
		}
		s, err := substitute(v.Value, lookup)
		if err != nil || s == "" {
			return otherwise
		}
		return s
	}
	var e portEntry
	if v := child(n, "published"); v != nil {
		e.uses = variables(v.Value)
	}
	e.ports = []portKey{{hostIP: field("host_ip", ""), published: field("published", ""),
		protocol: field("protocol", "tcp"), target: number(field("target", ""))}}
	return e
}

// shortEntry reads "8080:80". What does not parse here has made the loader fail before.
func shortEntry(text string, lookup template.Mapping) portEntry {
	e := portEntry{uses: variables(text)}
	text, err := substitute(text, lookup)
	if err != nil {
		return e
	}
	if p, _, ok := collapsedRange(text); ok {
		e.ports = []portKey{keyOf(p)}
		return e
	}
	ports, err := types.ParsePortConfig(text)
	if err != nil {
		return e
	}
	for _, p := range ports {
		e.ports = append(e.ports, keyOf(p))
	}
	return e
}

func keyOf(p types.ServicePortConfig) portKey {
	protocol := p.Protocol
	if protocol == "" {
		protocol = "tcp"
	}
	return portKey{hostIP: p.HostIP, published: p.Published, protocol: protocol, target: p.Target}
}

// variables are the names of the variables in a text.
func variables(text string) []string {
	var names []string
	for name := range template.ExtractVariables(map[string]any{"": text}, template.DefaultPattern) {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// of is the entry that a port of a service was made of: the service's own, or one that it was extended from.
func (all portEntries) of(service string, p types.ServicePortConfig) *portEntry {
	var extended *portEntry
	for _, i := range slices.Backward(all.made[keyOf(p)]) {
		if all.list[i].service == service {
			return &all.list[i]
		}
		extended = &all.list[i]
	}
	return extended
}

// published is a port of a service and what its entry says of it, which may be nil.
func (d *Definition) published(p types.ServicePortConfig, e *portEntry) service.Published {
	made := service.Published{
		Name: p.Name, About: wordsOf(p.Extensions["x-about"]), Target: strconv.FormatUint(uint64(p.Target), 10),
		Published: p.Published, HostIP: p.HostIP, Protocol: p.Protocol,
	}
	if last, ok := rangeEndOf(p); ok {
		made.To = strconv.FormatUint(uint64(last), 10)
	}
	made.Web, _ = p.Extensions["x-web"].(bool)
	if e != nil {
		made.Where, made.Entry, made.Settings, made.When = e.where, e.rank+1, d.settingsOf(e), e.when
	}
	return made
}

// settingsOf are the settings that an entry's published port is made of.
func (d *Definition) settingsOf(e *portEntry) []string {
	var list []string
	for _, s := range d.Settings {
		if slices.Contains(e.uses, service.Variable(s.Name)) {
			list = append(list, s.Name)
		}
	}
	return list
}

// number is a port's number; 0 for what is none.
func number(text string) uint32 {
	n, _ := strconv.ParseUint(text, 10, 16)
	return uint32(n)
}
