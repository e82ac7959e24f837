package service

import (
	"embed"
	"path"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/settings"
)

//go:embed builtin/*.yaml
var builtin embed.FS

// Names are the names of the built-in services, sorted.
func Names() []string {
	entries, _ := builtin.ReadDir("builtin") // of an embedded directory: it cannot fail
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = strings.TrimSuffix(e.Name(), ".yaml")
	}
	slices.Sort(names) // the files are sorted with their suffix, where "-" comes before "."
	return names
}

// Source is the text of a built-in definition, to start one's own from.
func Source(name string) ([]byte, error) {
	if !slices.Contains(Names(), name) {
		return nil, unknown(name)
	}
	return builtin.ReadFile(path.Join("builtin", name+".yaml"))
}

// Lookup is the built-in definition of that name.
//
// Compose's schema is not asked about it at run time (it costs 17 ms in a fresh process): a test asks for all of them.
func Lookup(name string) (*Definition, error) {
	data, err := Source(name)
	if err != nil {
		return nil, err
	}
	f, err := newFile(name+".yaml", data)
	if err != nil {
		return nil, message.Errorf("built-in service: %w", err)
	}
	d := &Definition{Name: name, Instance: name, BuiltIn: true, files: []file{f}}
	if err := d.readSection(); err != nil {
		return nil, message.Errorf("built-in service: %w", err)
	}
	return d, nil
}

func unknown(name string) error {
	if near := settings.Near(name, Names()); near != "" {
		return message.Errorf("unknown service %q: did you mean %q?", name, near)
	}
	return message.Errorf("unknown service %q: the built-in ones are %s", name, strings.Join(Names(), ", "))
}

// Resolve finds the values of the service's settings; see [settings.Resolve]. The configuration file may also be named by
// the environment, as the service itself takes it.
func (d *Definition) Resolve(src settings.Sources) (settings.Values, []settings.Note, error) {
	if src.ConfigFile == "" && d.Config.Env != "" && src.LookupEnv != nil {
		src.ConfigFile, _ = src.LookupEnv(d.Config.Env)
	}
	src.ConfigKeys = d.Config.Keys
	return settings.Resolve(d.Settings, src)
}
