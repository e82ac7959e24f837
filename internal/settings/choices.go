package settings

import (
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
)

// choice is what one source says of a setting. It is read only if it counts.
type choice struct {
	origin port.Origin
	given  string // as written; of a list or a mapping, nothing
	read   func() (string, []Note, error)
}

// maxText bounds the text of a number or a word: nothing reads a megabyte of digits, or prints it.
const maxText = 100

// readBounded reads the choice unless its text is too long for what it must be.
func (c choice) readBounded(t Type) (string, []Note, error) {
	if n := len(c.given); n > maxText && t != Text && t != Path {
		return "", nil, message.Errorf("the value has %d characters, too long for a %s", n, t)
	}
	return c.read()
}

// choices are what the sources say of a setting, by falling weight.
func (r *resolver) choices(s *Setting) []choice {
	var list []choice
	if text, ok := r.src.Flags[s.Name]; ok {
		list = append(list, choice{port.Origin{Kind: "flag", Where: valueOr(r.src.Options[s.Name], s.flagName())}, text, func() (string, []Note, error) {
			text, err := s.parse(text)
			return text, nil, err
		}})
	}
	if text, ok := r.lookup(s.Env); ok {
		origin := port.Origin{Kind: "env", Where: s.Env}
		list = append(list, choice{origin, text, func() (string, []Note, error) { return s.parseEnv(text, origin) }})
	}
	if node := r.file.values[s.Key]; s.Key != "" && node != nil {
		origin := port.Origin{Kind: "file", Where: r.file.where(node)}
		list = append(list, choice{origin, node.Value, func() (string, []Note, error) {
			return s.parseNode(node, r.file.grammar, origin)
		}})
	}
	// What is there may be of an older version or started by hand; a value that makes no sense any more does not count.
	if text, ok := r.src.Existing[s.Name]; ok {
		if text, err := s.parse(text); err == nil {
			list = append(list, known(text, port.Origin{Kind: "existing", Where: r.src.ExistingName}))
		}
	}
	if text := pick(s.Defaults, r.values); text != "" {
		list = append(list, known(text, port.Origin{Kind: "default"}))
	}
	return list
}

// inside is what the service reads by itself. A value that is none leaves the default, as it is judged where it counts.
func (r *resolver) inside(s *Setting, choices []choice) string {
	if text, ok := r.src.ContainerEnv[s.Env]; ok && s.Env != "" {
		if text, _, err := s.parseEnv(text, port.Origin{}); err == nil {
			return text
		}
	}
	for _, c := range choices {
		if c.origin.Kind != "file" && c.origin.Kind != "default" {
			continue
		}
		if text, _, err := c.readBounded(s.Type); err == nil {
			return text
		}
	}
	return ""
}

func known(text string, origin port.Origin) choice {
	return choice{origin, text, func() (string, []Note, error) { return text, nil, nil }}
}

func (r *resolver) lookup(name string) (string, bool) {
	if name == "" || r.src.LookupEnv == nil {
		return "", false
	}
	return r.src.LookupEnv(name)
}
