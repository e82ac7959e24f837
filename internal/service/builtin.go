package service

import (
	"embed"
	"encoding/json"
	"path"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/settings"
)

// builtin has each built-in service twice: as the Compose file that its author writes, and as the Definition that was made
// of it, in JSON. A program that is asked for ports then needs no reader of Compose files, and reads one in a tenth of the
// time. Package composefile makes the second of the first, and its tests hold them together.
//
//go:embed builtin/*.yaml builtin/*.json
var builtin embed.FS

// Names are the names of the built-in services, sorted.
func Names() []string {
	entries, _ := builtin.ReadDir("builtin") // of an embedded directory: it cannot fail
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".yaml"); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names) // the files are sorted with their suffix, where "-" comes before "."
	return names
}

// ComposeFile is the text of a built-in definition, to start one's own from.
func ComposeFile(name string) ([]byte, error) {
	if !slices.Contains(Names(), name) {
		return nil, unknown(name)
	}
	return builtin.ReadFile(path.Join("builtin", name+".yaml"))
}

// Lookup is the built-in definition of that name.
func Lookup(name string) (*Definition, error) {
	if !slices.Contains(Names(), name) {
		return nil, unknown(name)
	}
	text, err := builtin.ReadFile(path.Join("builtin", name+".json"))
	if err != nil {
		return nil, err
	}
	var canonical struct {
		*Definition
		Template Template
	}
	if err := json.Unmarshal(text, &canonical); err != nil {
		return nil, message.Errorf("built-in service: %w", err)
	}
	d := canonical.Definition
	d.BuiltIn, d.Source = true, canonical.Template
	return d, nil
}

func unknown(name string) error {
	if near := settings.Near(name, Names()); near != "" {
		return message.Errorf("unknown service %q: did you mean %q?", name, near)
	}
	return message.Errorf("unknown service %q: use one of %s", name, strings.Join(Names(), ", "))
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
