package settings

import (
	"maps"
	"slices"
	"strconv"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
)

// Sources are the places where values are chosen, by falling weight.
type Sources struct {
	Flags        map[string]string           // by setting name
	Options      map[string]string           // how those were written that were not written as the setting's own flag
	LookupEnv    func(string) (string, bool) // nil: an empty environment
	ConfigFile   string                      // path, or empty
	ConfigKeys   []string                    // keys that the file may have besides those of the settings
	ContainerEnv map[string]string           // the environment that the service's container will have
	Existing     map[string]string           // what the installation that is there uses, by setting name
	ExistingName string                      // of its container
}

// Resolve finds the value of every setting. The notes tell what is odd without being wrong; the error is one line that
// begins with the place of the fault. A choice that another one overrides is not judged, as the service never reads it.
func Resolve(list []Setting, src Sources) (Values, []Note, error) {
	if err := knowAll(list, src.Flags); err != nil {
		return nil, nil, err
	}
	file, err := readConfig(src.ConfigFile)
	if err != nil {
		return nil, nil, err
	}
	r := resolver{settings: map[string]*Setting{}, src: src, file: file, values: Values{}, open: map[string]bool{}}
	for i := range list {
		r.settings[list[i].Name] = &list[i]
	}
	for _, s := range list {
		if err := r.resolve(s.Name); err != nil {
			return nil, nil, err
		}
	}
	for _, s := range list {
		if err := r.complete(s); err != nil {
			return nil, nil, err
		}
	}
	r.notes = append(r.notes, file.oddKeys(list, src.ConfigKeys)...)
	return r.values, r.notes, nil
}

// knowAll refuses a choice for a setting that does not exist.
func knowAll(list []Setting, flags map[string]string) error {
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = s.Name
	}
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		if slices.Contains(names, name) {
			continue
		}
		if near := Near(name, names); near != "" {
			return message.Errorf("unknown setting %q: did you mean %q?", name, near)
		}
		return message.Errorf("unknown setting %q", name)
	}
	return nil
}

type resolver struct {
	settings map[string]*Setting
	src      Sources
	file     *configFile
	values   Values
	notes    []Note
	open     map[string]bool // being resolved: a setting that depends on itself
}

// resolve finds one setting's value, after those that its conditions ask about.
func (r *resolver) resolve(name string) error {
	s := r.settings[name]
	if _, done := r.values[name]; done || s == nil {
		return nil
	}
	if r.open[name] {
		return message.Errorf("%s: the condition of setting %q depends on itself", s.Where, name)
	}
	r.open[name] = true
	for _, c := range s.Conditions() {
		for _, term := range c {
			if err := r.resolve(term.Setting); err != nil {
				return err
			}
		}
	}
	v, err := r.choose(s)
	if err != nil {
		return err
	}
	v.Applies = s.When.Holds(r.values)
	r.values[name] = v
	return nil
}

// choose takes the choice of the most weight, and remembers the others.
func (r *resolver) choose(s *Setting) (Value, error) {
	choices := r.choices(s)
	if len(choices) == 0 {
		return Value{Origin: port.Origin{Kind: "default"}}, nil
	}
	first := choices[0]
	text, notes, err := first.readBounded(s.Type)
	if err == nil {
		err = r.check(s, text)
	}
	if err != nil {
		return Value{}, message.Errorf("%s: %w", first.origin.Where, err)
	}
	r.notes = append(r.notes, notes...)
	if s.Type == Version && s.Newest != "" && newer(text, s.Newest) {
		r.notes = append(r.notes, Note{Kind: NewVersion, Setting: s.Name, Origin: first.origin, Given: text, Means: s.Newest})
	}
	v := Value{Text: text, Inside: r.inside(s, choices), Origin: first.origin}
	for _, c := range choices[1:] {
		v.Overridden = append(v.Overridden, port.Choice{Text: c.given, Origin: c.origin})
	}
	return v, nil
}

// check looks at what a value must be whatever its source.
func (r *resolver) check(s *Setting, text string) error {
	if s.Type == Version && s.Least != "" && CompareVersions(text, s.Least) < 0 {
		return message.Errorf("version %s is older than %s, the oldest supported", text, s.Least)
	}
	if s.Type != Range || text == "" {
		return nil
	}
	ports, err := port.ParseRange(text)
	if err != nil {
		return err
	}
	least, err := strconv.Atoi(valueOr(pick(s.Size, r.values), "1"))
	if err != nil {
		return message.Errorf("%s: the size of setting %s: %w", s.Where, s.Name, err)
	}
	if ports.Len() >= least {
		return nil
	}
	first := min(int(ports.First), 65535-least+1)
	return message.Errorf("range %s has %d ports but requires %d: use %d-%d", ports, ports.Len(), least, first, first+least-1)
}

// complete looks at what a value must be in the company of the others.
func (r *resolver) complete(s Setting) error {
	v := r.values[s.Name]
	if s.With != "" && v.Set() && !r.values[s.With].Set() {
		other := r.settings[s.With]
		if v.Origin.Kind == "file" {
			return message.Errorf("%s: %s also requires %s: set both or neither", v.Origin.Where, s.named(v.Origin), other.named(v.Origin))
		}
		return message.Errorf("%s: %s also requires %s: set both or neither (%s)", v.Origin.Where, s.Name, s.With, other.flagName())
	}
	chosen := v.Origin.Kind == "flag" || v.Origin.Kind == "env" || v.Origin.Kind == "file"
	if chosen && !v.Applies {
		n := Note{Kind: NoEffect, Setting: s.Name, Shown: s.shown(v.Origin), Origin: v.Origin, Given: v.Text}
		for _, term := range s.When {
			if !term.holds(r.values[term.Setting]) {
				if other := r.settings[term.Setting]; other != nil {
					term.Setting = other.named(v.Origin)
				}
				n.Needs = term.String()
				break
			}
		}
		r.notes = append(r.notes, n)
	}
	return nil
}

// pick is the first value whose condition holds.
func pick(list []Choose, values Values) string {
	for _, c := range list {
		if c.When.Holds(values) {
			return c.Value
		}
	}
	return ""
}

func valueOr(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
