package request

import (
	"maps"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/service"
	"github.com/safeport/safeport/internal/settings"
)

// auto, as the value of a setting for ports, is whatever is available: the port that the service would have without it, or
// the one that would be suggested instead.
const auto = "auto"

// Auto are the settings of a request whose ports are still to be chosen.
type Auto struct {
	definitions []*service.Definition
	names       map[string]bool // "gitea.port"
}

// WithoutAuto is the request without the settings that are auto, and those settings; nil where there are none.
func WithoutAuto(opts Options) (Options, *Auto) {
	if !slices.Contains(slices.Collect(maps.Values(opts.Settings)), auto) {
		return opts, nil
	}
	definitions, err := Definitions(opts)
	if err != nil {
		return opts, nil // reading the request says so
	}
	a := &Auto{definitions: definitions, names: map[string]bool{}}
	chosen := maps.Clone(opts.Settings)
	for key, value := range opts.Settings {
		for _, d := range definitions {
			name := strings.TrimPrefix(key, d.Name+".")
			if value == auto && slices.ContainsFunc(d.Settings, func(s settings.Setting) bool { return s.Name == name && isPort(s) }) {
				a.names[d.Name+"."+name] = true
				delete(chosen, key)
			}
		}
	}
	opts.Settings = chosen
	if len(a.names) == 0 {
		return opts, nil
	}
	return opts, a
}

func isPort(s settings.Setting) bool { return s.Type == settings.Port || s.Type == settings.Range }

// Key is what chooses the ports of a want, as a key of the request's settings; empty if they were not left open.
func (a *Auto) Key(w port.Requirement) string {
	for _, d := range a.definitions {
		for _, s := range d.Settings {
			if d.Name != w.Service || w.Setting == "" || s.Flag != w.Setting && s.Name != w.Setting || !a.names[d.Name+"."+s.Name] {
				continue
			}
			if len(a.definitions) > 1 {
				return d.Name + "." + s.Name
			}
			return s.Name
		}
	}
	return ""
}
