package ansible

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/safeport/safeport"
)

// params are the parameters of a task. Ansible gives them as they stand in the playbook, or as text where a template made
// them: "yes", "8080". What is wrong first is kept, and told by done.
type params struct {
	values map[string]any
	known  []string
	taken  map[string]map[string]string // those that are pairs
	err    error
}

func (p *params) take(name string) any {
	p.known = append(p.known, name)
	return p.values[name]
}

func (p *params) wrong(name, wanted string, value any) {
	if p.err == nil {
		p.err = fmt.Errorf("parameter %s is %v: it takes %s", name, value, wanted)
	}
}

// plain is a scalar as text.
func plain(value any) (string, bool) {
	switch v := value.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case json.Number:
		return v.String(), true
	}
	return "", false
}

func (p *params) text(name string) string {
	value := p.take(name)
	s, ok := plain(value)
	if !ok {
		p.wrong(name, "a text", value)
	}
	return s
}

func (p *params) choice(name, usual string, among ...string) string {
	s := p.text(name)
	if s == "" {
		return usual
	}
	if !slices.Contains(among, s) {
		p.wrong(name, "one of "+strings.Join(among, ", "), s)
	}
	return s
}

// flag reads what Ansible takes for true and false.
func (p *params) flag(name string) bool {
	s := strings.ToLower(p.text(name))
	switch s {
	case "true", "yes", "on", "1", "y", "t":
		return true
	case "", "false", "no", "off", "0", "n", "f":
		return false
	}
	p.wrong(name, "yes or no", s)
	return false
}

func (p *params) number(name string, usual int) int {
	s := p.text(name)
	if s == "" {
		return usual
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		p.wrong(name, "a number", s)
	}
	return n
}

// list is a list, or a text with commas.
func (p *params) list(name string) []string {
	value := p.take(name)
	items, isList := value.([]any)
	if !isList {
		s, ok := plain(value)
		if !ok {
			p.wrong(name, "a list", value)
		}
		return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
	}
	var list []string
	for _, item := range items {
		s, ok := plain(item)
		if !ok {
			p.wrong(name, "a list of texts", item)
		}
		list = append(list, s)
	}
	return list
}

// pairs are names with values.
func (p *params) pairs(name string) map[string]string {
	value := p.take(name)
	pairs := map[string]string{}
	if value == nil || value == "" {
		return pairs
	}
	object, ok := value.(map[string]any)
	if !ok {
		p.wrong(name, "names with values", value)
	}
	for key, item := range object {
		s, ok := plain(item)
		if !ok {
			p.wrong(name, "names with plain values", key)
		}
		pairs[key] = s
	}
	if p.taken == nil {
		p.taken = map[string]map[string]string{}
	}
	p.taken[name] = pairs
	return pairs
}

// done is what was wrong, or a parameter that nobody has asked for: a typing error that would otherwise do nothing.
func (p *params) done() error {
	if p.err != nil {
		return p.err
	}
	for _, name := range slices.Sorted(maps.Keys(p.values)) {
		if slices.Contains(p.known, name) {
			continue
		}
		if near := safeport.Near(name, p.known); near != "" {
			return fmt.Errorf("unknown parameter %s: did you mean %s?", name, near)
		}
		return fmt.Errorf("unknown parameter %s: the parameters are %s", name, strings.Join(slices.Sorted(slices.Values(p.known)), ", "))
	}
	return nil
}

var errNothing = errors.New("nothing to check: name a service, a file or a port")
