package desired

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/adopt"
	"github.com/safeport/safeport/internal/release/journal"
)

// Made is a release as a project, with the names that its containers have while it serves.
func Made(ctx context.Context, x *journal.Release, r *journal.Record) (*types.Project, error) {
	p, err := readProject(ctx, x.Compose, r.Instance)
	if err != nil {
		return nil, err
	}
	for name, s := range p.Services {
		s.ContainerName = strings.TrimSuffix(s.ContainerName, journal.Aside("", x.Number))
		s.PullPolicy, s.Profiles = "", nil // all of it serves
		p.Services[name] = s
	}
	return p, nil
}

// VolumesOf are the names of the volumes that a release has; sorted.
func VolumesOf(ctx context.Context, x *journal.Release) ([]string, error) {
	if x.Compose == "" {
		return slices.Sorted(slices.Values(x.Volumes)), nil
	}
	p, err := readProject(ctx, x.Compose, "release")
	if err != nil {
		return nil, err
	}
	return volumesOf(p, ""), nil
}

// Lacks are those of the volumes that the target does not use.
func (t *Target) Lacks(volumes []string) []string {
	used := volumesOf(t.Project, t.Instance)
	return slices.DeleteFunc(slices.Clone(volumes), func(name string) bool { return slices.Contains(used, name) })
}

// MountedAt is what a service mounts at a path, by its name on the host, and whether that is a volume; empty for nothing that has a name.
func (t *Target) MountedAt(service, path string) (name string, isVolume bool) {
	for _, v := range t.Project.Services[service].Volumes {
		if v.Target == path && v.Source != "" {
			return adopt.SourceOf(t.Project, t.Instance, v), v.Type == types.VolumeTypeVolume
		}
	}
	return "", false
}

func volumesOf(p *types.Project, instance string) (names []string) {
	for _, s := range p.Services {
		for _, v := range s.Volumes {
			if v.Type != types.VolumeTypeVolume || v.Source == "" {
				continue
			}
			if declared, ok := p.Volumes[v.Source]; ok {
				names = append(names, journal.ResourceName(declared.Name, instance, v.Source))
			} else {
				names = append(names, v.Source)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// PlainText is a project as a Compose file. All variables in it are filled in: what is left of dollars is meant.
func PlainText(p *types.Project) ([]byte, error) {
	text, err := p.MarshalYAML()
	return []byte(strings.ReplaceAll(string(text), "$", "$$")), err
}

// readProject reads a project that this package wrote: it is taken word by word.
func readProject(ctx context.Context, text, name string) (*types.Project, error) {
	p, err := loader.LoadWithContext(ctx, types.ConfigDetails{
		ConfigFiles: []types.ConfigFile{{Filename: "compose.yaml", Content: []byte(text)}},
	}, func(o *loader.Options) {
		o.SetProjectName(name, true)
		o.SkipInterpolation, o.SkipNormalization, o.SkipValidation, o.SkipConsistencyCheck = true, true, true, true
		o.Profiles = []string{"*"} // what was switched off is not in it
	})
	if err != nil {
		return nil, message.Errorf("reading the project of %s in the journal: %w", name, err)
	}
	for key, s := range p.Services { // one that is not required was switched off
		maps.DeleteFunc(s.DependsOn, func(other string, _ types.ServiceDependency) bool {
			_, there := p.Services[other]
			return !there
		})
		p.Services[key] = s
	}
	return p, nil
}
