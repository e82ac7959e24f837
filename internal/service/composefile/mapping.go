package composefile

import (
	"fmt"
	"path"
	"strconv"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/settings"
)

// reader reads the nodes of one file; what it refuses it names by file and line.
type reader struct{ path string }

func (r reader) errorf(n *yaml.Node, format string, args ...any) error {
	return message.Errorf("%s: %w", r.at(n), message.Errorf(format, args...))
}

func (r reader) at(n *yaml.Node) string { return fmt.Sprintf("%s:%d", r.path, n.Line) }

// fields are the keys that a mapping may have, with what reads each one's value.
type fields map[string]func(n *yaml.Node) error

// mapping reads every key of a mapping; an unknown one is an error that suggests the near one.
func (r reader) mapping(n *yaml.Node, what string, known fields) error {
	return r.each(n, what, func(key, value *yaml.Node) error {
		if read := known[key.Value]; read != nil {
			return read(value)
		}
		names := make([]string, 0, len(known))
		for k := range known {
			names = append(names, k)
		}
		if near := settings.Near(key.Value, names); near != "" {
			return r.errorf(key, "unknown key %q in %s: did you mean %q?", key.Value, what, near)
		}
		return r.errorf(key, "unknown key %q in %s", key.Value, what)
	})
}

// each calls read for every pair of a mapping, in order.
func (r reader) each(n *yaml.Node, what string, read func(key, value *yaml.Node) error) error {
	n = follow(n)
	if n.Kind != yaml.MappingNode {
		return r.errorf(n, "%s must be a mapping", what)
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if seen[key.Value] {
			return r.errorf(key, "%q appears twice in %s", key.Value, what)
		}
		seen[key.Value] = true
		if err := read(key, follow(n.Content[i+1])); err != nil {
			return err
		}
	}
	return nil
}

func (r reader) text(to *string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.ScalarNode {
			return r.errorf(n, "expected a single value")
		}
		*to = n.Value
		return nil
	}
}

// words read a text in English, or one in several languages: {en: web UI, zh: 网页界面}.
func (r reader) words(to *message.Words) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind == yaml.ScalarNode {
			to.English = n.Value
			return nil
		}
		err := r.mapping(n, "a text in several languages", fields{"en": r.text(&to.English), "zh": r.text(&to.Chinese)})
		if err == nil && to.English == "" {
			err = r.errorf(n, "the text in English (en) is missing")
		}
		return err
	}
}

// wordsOf reads the same from a value that the Compose loader has made. What is neither has been refused before.
func wordsOf(value any) message.Words {
	switch v := value.(type) {
	case string:
		return message.Words{English: v}
	case map[string]any:
		english, _ := v["en"].(string)
		chinese, _ := v["zh"].(string)
		return message.Words{English: english, Chinese: chinese}
	}
	return message.Words{}
}

// list reads a list of texts, or one text for a list of one.
func (r reader) list(to *[]string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		items := n.Content
		if n.Kind == yaml.ScalarNode {
			items = []*yaml.Node{n}
		} else if n.Kind != yaml.SequenceNode {
			return r.errorf(n, "expected a list")
		}
		for _, item := range items {
			var s string
			if err := r.text(&s)(follow(item)); err != nil {
				return err
			}
			*to = append(*to, s)
		}
		return nil
	}
}

// paths reads a list of paths in a container.
func (r reader) paths(to *[]string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if err := r.list(to)(n); err != nil {
			return err
		}
		for _, p := range *to {
			if !path.IsAbs(p) || path.Clean(p) != p || p == "/" {
				return r.errorf(n, "%q is not a container path, such as /var/lib/data", p)
			}
		}
		return nil
	}
}

func (r reader) flag(to *bool) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		b, err := strconv.ParseBool(n.Value)
		if err != nil {
			return r.errorf(n, "%q is not true or false", n.Value)
		}
		*to = b
		return nil
	}
}

func (r reader) duration(to *time.Duration) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		d, err := time.ParseDuration(n.Value)
		if err != nil || d <= 0 {
			return r.errorf(n, "%q is not a duration, such as 30s or 10m", n.Value)
		}
		*to = d
		return nil
	}
}

func (r reader) condition(to *settings.Condition) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		var terms []string
		if err := r.list(&terms)(n); err != nil {
			return err
		}
		for _, s := range terms {
			t, err := settings.ParseTerm(s)
			if err != nil {
				return r.errorf(n, "%s", err)
			}
			*to = append(*to, t)
		}
		return nil
	}
}

// chooses reads one value, or a list of {value, when}.
func (r reader) chooses(to *[]settings.Choose) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind == yaml.ScalarNode {
			*to = []settings.Choose{{Value: n.Value}}
			return nil
		}
		if n.Kind != yaml.SequenceNode {
			return r.errorf(n, "expected a value or a list of {value, when}")
		}
		for _, item := range n.Content {
			var c settings.Choose
			err := r.mapping(item, "a value with its condition", fields{"value": r.text(&c.Value), "when": r.condition(&c.When)})
			if err != nil {
				return err
			}
			*to = append(*to, c)
		}
		return nil
	}
}
