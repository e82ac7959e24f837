package cli

import (
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/message"
)

// Once is the value of a flag that may be given once. That the last of two wins is a custom of Unix, and the way in which
// a port in a script's variable silently loses to one further right.
type Once struct {
	Value string
	Given bool
	again bool // may be given again all the same
	Kind  string
	Among []string // the values allowed; nil: any
}

func (o *Once) String() string { return o.Value }
func (o *Once) Type() string   { return o.Kind }

func (o *Once) Set(s string) error {
	if o.Given && !o.again {
		return message.Errorf("given twice, as %s and %s", o.Value, s)
	}
	if o.Among != nil && !slices.Contains(o.Among, s) {
		return message.Errorf("invalid value %q: use %s", s, oneOf(o.Among))
	}
	o.Value, o.Given = s, true
	return nil
}

// List is the value of a flag that may be repeated, and that takes several values with commas between them.
type List struct{ Values []string }

func (l *List) String() string { return strings.Join(l.Values, ",") }
func (l *List) Type() string   { return "CODE[:PORT]" }

// GetSlice are the values, one by one.
func (l *List) GetSlice() []string { return l.Values }

func (l *List) Set(s string) error {
	for word := range strings.SplitSeq(s, ",") {
		if word == "" {
			return message.Errorf("%q has an empty list item", s)
		}
		l.Values = append(l.Values, word)
	}
	return nil
}

// Pairs is the value of --set: key=value, each key once.
type Pairs struct {
	Values map[string]string
	again  bool // a key may be given again all the same
}

func (p *Pairs) String() string { return "" }
func (p *Pairs) Type() string   { return "KEY=VALUE" }

func (p *Pairs) Set(s string) error {
	key, value, ok := strings.Cut(s, "=")
	if !ok || key == "" {
		return message.Errorf("%q is not KEY=VALUE, such as port=8080", s)
	}
	if old, twice := p.Values[key]; twice && !p.again {
		return message.Errorf("%s given twice, as %s and %s", key, old, value)
	}
	p.Values[key] = value
	return nil
}

// oneOf writes "text", "output format: text or json", "text, json or tap".
func oneOf(words []string) message.Phrase {
	last := len(words) - 1
	if last < 1 {
		return message.Say("%s", strings.Join(words, ""))
	}
	return message.Say("%s or %s", strings.Join(words[:last], ", "), words[last])
}
