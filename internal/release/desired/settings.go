package desired

import (
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/compose-spec/compose-go/v2/types"

	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/release/adopt"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/settings"
)

// applySettings tells the service what was chosen for it. A published port it is not told: that is the engine's business, and the
// service listens where it always does. The rest goes into its environment, which is how a service in a container is
// configured; its configuration file and the files that settings name are mounted where it can read them.
func (t *Target) applySettings(serving []engine.Serving) {
	main := t.Project.Services[t.Service]
	var args []string
	if len(serving) > 0 {
		args = serving[0].Container.Args
	}
	published := publishedFlags(t.Wants)
	for _, s := range t.Definition.Settings {
		v := t.Values[s.Name]
		chosen := v.Origin.Kind == "flag" || v.Origin.Kind == "env" || v.Origin.Kind == "existing"
		if s.Env == "" || !chosen || !v.Applies || slices.Contains(published, s.Flag) {
			continue
		}
		if v.Origin.Kind == "existing" && adopt.HasFlag(args, s.Flag) {
			continue // it is carried over as it is
		}
		if s.Type == settings.Path && v.Text != "" && v.Origin.Kind != "existing" {
			v.Text = mountFile(&main, v.Text, "")
		}
		if _, defined := main.Environment[s.Env]; !defined {
			main.Environment[s.Env] = &v.Text
		}
	}
	t.passConfigFile(&main, serving)
	t.Project.Services[t.Service] = main
}

func (t *Target) passConfigFile(main *types.ServiceConfig, serving []engine.Serving) {
	c := t.Definition.Config
	if t.ConfigFile == "" || c.Flag == "" && c.Env == "" {
		return
	}
	if len(serving) > 0 && adopt.ConfigFileOf(t.Definition.Config, serving[0]) == t.ConfigFile && adopt.HasFlag(serving[0].Container.Args, c.Flag) {
		return // told by an argument, which is carried over
	}
	inside := mountFile(main, t.ConfigFile, path.Join("/etc", t.Definition.Name, filepath.Base(t.ConfigFile)))
	if c.Env != "" {
		main.Environment[c.Env] = &inside
		return
	}
	main.Command = append(main.Command, "--"+c.Flag, inside)
}

// mountFile mounts a file of the host, read only, and returns its path in the container: the same one unless another is
// given. A path that is not on the host is one of the image's own.
func mountFile(s *types.ServiceConfig, file, inside string) string {
	abs, err := filepath.Abs(file)
	if err != nil {
		return file
	}
	if _, err := os.Stat(abs); err != nil {
		return file
	}
	if inside == "" {
		inside = abs
	}
	s.Volumes = append(s.Volumes, types.ServiceVolumeConfig{
		Type: types.VolumeTypeBind, Source: abs, Target: inside, ReadOnly: true, Bind: &types.ServiceVolumeBind{},
	})
	return inside
}

// publishedFlags are the flags of the settings that choose a published port.
func publishedFlags(wants []port.Requirement) []string {
	var flags []string
	for _, w := range wants {
		if w.Mode == port.Publish && w.Setting != "" {
			flags = append(flags, w.Setting)
		}
	}
	return flags
}
