package cli

import (
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/desired"
)

// once is the value of a flag that may be given once. That the last of two wins is a custom of Unix, and the way in which
// a port in a script's variable silently loses to one further right.
type once struct {
	value string
	given bool
	again bool // may be given again all the same
	kind  string
	among []string // the values allowed; nil: any
}

func (o *once) String() string { return o.value }
func (o *once) Type() string   { return o.kind }

func (o *once) Set(s string) error {
	if o.given && !o.again {
		return message.Errorf("given twice, as %s and %s: once is right", o.value, s)
	}
	if o.among != nil && !slices.Contains(o.among, s) {
		return message.Errorf("%q is no choice: write %s", s, oneOf(o.among))
	}
	o.value, o.given = s, true
	return nil
}

// list is the value of a flag that may be repeated, and that takes several values with commas between them.
type list struct{ values []string }

func (l *list) String() string { return strings.Join(l.values, ",") }
func (l *list) Type() string   { return "CODE[:PORT]" }

func (l *list) Set(s string) error {
	for word := range strings.SplitSeq(s, ",") {
		if word == "" {
			return message.Errorf("%q has an empty place in its list", s)
		}
		l.values = append(l.values, word)
	}
	return nil
}

// pairs is the value of --set: key=value, each key once.
type pairs struct {
	values map[string]string
	again  bool // a key may be given again all the same
}

func (p *pairs) String() string { return "" }
func (p *pairs) Type() string   { return "KEY=VALUE" }

func (p *pairs) Set(s string) error {
	key, value, ok := strings.Cut(s, "=")
	if !ok || key == "" {
		return message.Errorf("%q is not KEY=VALUE, as in port=8080", s)
	}
	if old, twice := p.values[key]; twice && !p.again {
		return message.Errorf("%s given twice, as %s and %s: once is right", key, old, value)
	}
	p.values[key] = value
	return nil
}

// oneOf writes "text", "text or json", "text, json or tap".
func oneOf(words []string) message.Phrase {
	last := len(words) - 1
	if last < 1 {
		return message.Say("%s", strings.Join(words, ""))
	}
	return message.Say("%s or %s", strings.Join(words[:last], ", "), words[last])
}

// images is the value of --image: IMAGE, or SERVICE=IMAGE for one of several services.
type images map[string]string

func (i *images) String() string { return "" }
func (i *images) Type() string   { return "[SERVICE=]IMAGE" }

func (i *images) Set(s string) error {
	chosen, err := desired.ParseImages(s)
	if err != nil {
		return err
	}
	for service, image := range chosen {
		if old, twice := (*i)[service]; twice {
			return message.Errorf("given twice, as %s and %s: once is right", old, image)
		}
		if *i == nil {
			*i = images{}
		}
		(*i)[service] = image
	}
	return nil
}
