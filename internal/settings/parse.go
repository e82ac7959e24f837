package settings

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
)

// parse reads a value as safeport's own command line takes it: strictly.
func (s *Setting) parse(text string) (string, error) {
	switch s.Type {
	case Port:
		p, err := port.ParseRange(text)
		if err != nil {
			return "", err
		}
		if p.Len() > 1 {
			return "", message.Errorf("%q is a range: use a single port", text)
		}
		return p.String(), nil
	case Range:
		return parseRange(text)
	case Address:
		if text == "" {
			return "", nil
		}
		a, err := netip.ParseAddr(text)
		if err != nil {
			return "", message.Errorf("%q is not an IP address, such as 127.0.0.1", text)
		}
		return a.String(), nil
	case Bool:
		if text != "true" && text != "false" {
			return "", message.Errorf("%q is not true or false", text)
		}
	case Version:
		if !isTag(text) {
			return "", message.Errorf("%q is not an image tag, such as v2.3.0", text)
		}
	case Choice:
		if !slices.Contains(s.Choices, text) {
			return "", message.Errorf("%q is not one of %s", text, strings.Join(s.Choices, ", "))
		}
	}
	return text, nil
}

// isTag follows the grammar of image references: up to 128 letters, digits, "_", "." and "-", of which the last two do not
// come first.
func isTag(text string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
	return text != "" && len(text) <= 128 && strings.Trim(text, letters+".-") == "" && strings.Contains(letters, text[:1])
}

// parseRange takes "40000-40063" only: one port alone is what the services refuse too.
func parseRange(text string) (string, error) {
	if !strings.Contains(text, "-") {
		return "", message.Errorf("%q is not a range, such as 40000-40063", text)
	}
	r, err := port.ParseRange(text)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d-%d", r.First, r.Last), nil
}

// parseEnv reads a value as the service reads its environment.
func (s *Setting) parseEnv(text string, origin port.Origin) (string, []Note, error) {
	switch s.Type {
	case Port:
		if isServiceLink(text) {
			return "", nil, message.Errorf("%q was set by Kubernetes for a Service and is not a port: set \"enableServiceLinks: false\" in the pod, or unset it", text)
		}
		if text == "" {
			return "", nil, message.Errorf("the variable is empty but must be a port: unset it")
		}
		p, err := parsePythonPort(text)
		if err != nil || isPlain(text) {
			return p, nil, err
		}
		return p, []Note{{Kind: OddNumber, Setting: s.Name, Shown: s.shown(origin), Origin: origin, Given: text, Means: p}}, nil
	case Bool:
		on := strings.EqualFold(text, "true") || text == "1"
		if on || slices.Contains([]string{"", "0"}, text) || strings.EqualFold(text, "false") {
			return fmt.Sprint(on), nil, nil
		}
		return "false", []Note{{Kind: OddBool, Setting: s.Name, Shown: s.shown(origin), Origin: origin, Given: text, Means: "false"}}, nil
	}
	text, err := s.parse(text)
	return text, nil, err
}

// parseNode reads a value of the configuration file as PyYAML and pydantic do.
func (s *Setting) parseNode(n *yaml.Node, g *grammar, origin port.Origin) (string, []Note, error) {
	if n.Kind != yaml.ScalarNode {
		return "", nil, message.Errorf("%s must be a single value, not a list or mapping", s.Key)
	}
	kind := g.kind(n)
	switch {
	case kind == otherScalar:
		return "", nil, message.Errorf("%s: %q is not a string, number or boolean", s.Key, n.Value)
	case s.Type == Port:
		p, err := g.port(n, kind)
		if err != nil {
			return "", nil, message.Errorf("%s: %w", s.Key, err)
		}
		if isPlain(n.Value) {
			return p, nil, nil
		}
		return p, []Note{{Kind: OddNumber, Setting: s.Name, Shown: s.shown(origin), Origin: origin, Given: n.Value, Means: p}}, nil
	case kind == nullScalar && s.Type == Range:
		return "", nil, message.Errorf("%s is empty: set a range such as 40000-40063, or remove the line", s.Key)
	case kind == nullScalar:
		return "", nil, nil
	case s.Type == Bool && kind == boolScalar:
		return fmt.Sprint(g.yes.MatchString(n.Value)), nil, nil
	case s.Type == Bool && (kind == stringScalar || kind == intScalar):
		if on, ok := pydanticBool(n.Value); ok {
			return fmt.Sprint(on), nil, nil
		}
	}
	text, err := s.parse(n.Value)
	if err != nil {
		return "", nil, message.Errorf("%s: %w", s.Key, err)
	}
	return text, nil, nil
}

// pydanticBool is what pydantic makes of a text or a number where a boolean is due: more than YAML has, and "yes" in quotes too.
func pydanticBool(text string) (on, ok bool) {
	switch strings.ToLower(text) {
	case "true", "t", "yes", "y", "on", "1":
		return true, true
	case "false", "f", "no", "n", "off", "0":
		return false, true
	}
	return false, false
}

// port is the port that a scalar stands for.
func (g *grammar) port(n *yaml.Node, kind scalarKind) (string, error) {
	text := n.Value
	switch kind {
	case nullScalar:
		return "", message.Errorf("the value is empty: set a port, or remove the line")
	case boolScalar: // pydantic makes 1 of true, and refuses nothing
		if g.yes.MatchString(text) {
			return "1", nil
		}
		return "", message.Errorf("%s is read as 0, but ports start at 1", text)
	case intScalar:
		if i, ok := parseYAMLInt(text); ok {
			return portText(i)
		}
	case floatScalar:
		if i, ok := parseYAMLFloat(text); ok {
			return portText(i)
		}
	case stringScalar:
		// pydantic takes "80.0" for a whole number, too.
		whole, zeros, ok := strings.Cut(text, ".")
		if ok && zeros != "" && strings.Trim(zeros, "0") == "" {
			text = whole
		}
		if i, ok := pythonInt(text); ok {
			return portText(i)
		}
	}
	return "", notAPort(n.Value)
}
