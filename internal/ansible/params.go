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
	"github.com/safeport/safeport/internal/mask"
)

// Params are the parameters of a task. Ansible gives them as they stand in the playbook, or as text where a template made
// them: "yes", "8080". What is wrong first is kept, and told by Done.
type Params struct {
	values  map[string]any
	known   []string
	secrets *[]string // values among the pairs that no reply may repeat
	err     error
}

func (p *Params) take(name string) any {
	p.known = append(p.known, name)
	return p.values[name]
}

// Wrong notes that a parameter has another value than it takes.
func (p *Params) Wrong(name, wanted string, value any) {
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

// Text is a scalar as text; "" where it is not given.
func (p *Params) Text(name string) string {
	value := p.take(name)
	s, ok := plain(value)
	if !ok {
		p.Wrong(name, "a text", value)
	}
	return s
}

// Choice is one of the words.
func (p *Params) Choice(name, usual string, among ...string) string {
	s := p.Text(name)
	if s == "" {
		return usual
	}
	if !slices.Contains(among, s) {
		p.Wrong(name, "one of "+strings.Join(among, ", "), s)
	}
	return s
}

// Flag reads what Ansible takes for true and false; it is false where it is not given.
func (p *Params) Flag(name string) bool { return p.flagOr(name, false) }

// flagOr is a flag that has another value where it is not given.
func (p *Params) flagOr(name string, usual bool) bool {
	s := strings.ToLower(p.Text(name))
	switch s {
	case "":
		return usual
	case "true", "yes", "on", "1", "y", "t":
		return true
	case "false", "no", "off", "0", "n", "f":
		return false
	}
	p.Wrong(name, "yes or no", s)
	return false
}

// Number is a whole number.
func (p *Params) Number(name string, usual int) int {
	s := p.Text(name)
	if s == "" {
		return usual
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		p.Wrong(name, "a number", s)
	}
	return n
}

// List is a list, or a text with commas.
func (p *Params) List(name string) []string {
	value := p.take(name)
	items, isList := value.([]any)
	if !isList {
		s, ok := plain(value)
		if !ok {
			p.Wrong(name, "a list", value)
		}
		return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
	}
	var list []string
	for _, item := range items {
		s, ok := plain(item)
		if !ok {
			p.Wrong(name, "a list of texts", item)
		}
		list = append(list, s)
	}
	return list
}

// Questions are those of the parameter of that name, each with the task's other parameters where it has none of its own.
func (p *Params) Questions() []*Params {
	value := p.take("questions")
	if value == nil || value == "" {
		return nil
	}
	items, ok := value.([]any)
	if !ok {
		p.Wrong("questions", "a list of questions, each with parameters of this module", value)
	}
	var list []*Params
	for _, item := range items {
		own, ok := item.(map[string]any)
		if !ok {
			p.Wrong("questions", "a list of questions, each with parameters of this module", item)
		}
		values := maps.Clone(p.values)
		delete(values, "questions")
		maps.Copy(values, own)
		list = append(list, &Params{values: values, secrets: p.secrets})
	}
	return list
}

// Err is what was wrong so far.
func (p *Params) Err() error { return p.err }

// Pairs are names with values.
func (p *Params) Pairs(name string) map[string]string {
	value := p.take(name)
	pairs := map[string]string{}
	if value == nil || value == "" {
		return pairs
	}
	object, ok := value.(map[string]any)
	if !ok {
		p.Wrong(name, "names with values", value)
	}
	for key, item := range object {
		s, ok := plain(item)
		if !ok {
			p.Wrong(name, "names with plain values", key)
		}
		pairs[key] = s
	}
	for key, value := range pairs {
		if value != "" && (name == "env" || name == "settings" && mask.Secret(key)) {
			*p.secrets = append(*p.secrets, value)
		}
	}
	return pairs
}

// Done is what was wrong, or a parameter that nobody has asked for: a typing error that would otherwise do nothing.
func (p *Params) Done() error {
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
