package composefile

import (
	"regexp"
	"strconv"

	"github.com/compose-spec/compose-go/v2/template"
	"go.yaml.in/yaml/v4"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/settings"
)

// Bounds of what the Compose loader is given. It makes an entry of every port of a range, several times over, and compares
// the items of some lists each with each. A range for calls has some 16,000 ports.
const (
	maxPorts    = 20_000
	maxServices = 1000
	maxItems    = 1000 // of a list
)

// bounded refuses a project that is too large to be loaded, before it is.
func (d *Definition) bounded(values settings.Values) error {
	for _, f := range append(d.files, d.related...) {
		if n := longest(f.top, map[*yaml.Node]bool{}); n != nil {
			return message.Errorf("%s:%d: a list of %d items is too long", f.path, n.Line, len(n.Content))
		}
	}
	c := portCount{lookup: d.lookup(values, d.Instance), services: map[string][]serviceCount{}}
	total, services := 0, 0
	for _, f := range append(d.files, d.related...) {
		for name, n := range pairs(child(f.top, "services")) {
			s := serviceCount{extends: scalars(child(n, "extends"))}
			if from := child(child(n, "extends"), "service"); from != nil {
				s.extends = scalars(from)
			}
			if ports := child(n, "ports"); ports != nil {
				for _, item := range ports.Content {
					s.own += c.entry(follow(item).Value)
				}
			}
			c.services[name] = append(c.services[name], s)
		}
	}
	for _, f := range append(d.files, d.related...) {
		for name := range pairs(child(f.top, "services")) {
			services++
			total += c.of(name, 0)
			if total > maxPorts || services > maxServices {
				return message.Errorf("%s: more than %d services or %d published ports in one project", f.path, maxServices, maxPorts)
			}
		}
	}
	return nil
}

// longest is a list of too many items, or nil. Each node is looked at once: an alias may be one of its own.
func longest(n *yaml.Node, seen map[*yaml.Node]bool) *yaml.Node {
	if n == nil || seen[n] {
		return nil
	}
	seen[n] = true
	if n.Kind == yaml.SequenceNode && len(n.Content) > maxItems {
		return n
	}
	for _, c := range n.Content {
		if found := longest(c, seen); found != nil {
			return found
		}
	}
	return nil
}

// portCount counts the ports of services, with those that they have from others.
type portCount struct {
	lookup   template.Mapping
	services map[string][]serviceCount // by name, one a file
}

type serviceCount struct {
	own     int
	extends []string
}

// of is an upper bound of a service's ports: of several files that have one of that name, the one that counts is not asked.
func (c portCount) of(name string, depth int) int {
	most := 0
	for _, s := range c.services[name] {
		n := s.own
		for _, from := range s.extends {
			if depth < 20 { // circles are the loader's to refuse
				n += c.of(from, depth+1)
			}
		}
		most = max(most, n)
	}
	return most
}

var portRange = regexp.MustCompile(`([0-9]+)-([0-9]+)`)

// entry is how many ports a line under "ports:" has in the short syntax; the long one makes one entry of a range.
func (c portCount) entry(text string) int {
	text, err := substitute(text, c.lookup)
	if err != nil {
		return 1
	}
	most := 1
	for _, m := range portRange.FindAllStringSubmatch(text, -1) {
		first, _ := strconv.Atoi(m[1])
		last, _ := strconv.Atoi(m[2])
		most = max(most, last-first+1)
	}
	return most
}
