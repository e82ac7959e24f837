package desired

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"github.com/safeport/safeport/internal/release/journal"
)

// Less is a project without some of its services, on which the others do not wait either: they run.
func Less(p *types.Project, names []string) *types.Project {
	less := *p
	less.Services = types.Services{}
	for name, s := range p.Services {
		if slices.Contains(names, name) {
			continue
		}
		s.DependsOn = maps.Clone(s.DependsOn)
		maps.DeleteFunc(s.DependsOn, func(other string, _ types.ServiceDependency) bool { return slices.Contains(names, other) })
		less.Services[name] = s
	}
	return &less
}

// Unchanged are the services that the target defines as the release before did, with the same image; sorted. Only a user's Compose
// files are compared, as only they have several services.
func (t *Target) Unchanged(before *journal.Release) (names []string) {
	now, err := shapeOf(t.Defined)
	was, errBefore := shapeOf(before.Defined)
	if err != nil || errBefore != nil || t.Defined == "" || before.Defined == "" {
		return nil
	}
	for _, section := range [][2]map[string]any{{now.Networks, was.Networks}, {now.Volumes, was.Volumes}, {now.Configs, was.Configs}, {now.Secrets, was.Secrets}} {
		for key, value := range section[0] {
			if old, ok := section[1][key]; ok && !reflect.DeepEqual(value, old) {
				return nil // what uses it is other, whatever its own words are
			}
		}
	}
	for _, name := range serviceNames(t.Project) {
		made, old := now.Services[name], was.Services[name]
		s := t.Project.Services[name]
		switch {
		case s.GetScale() == 0, made == nil, old == nil, !reflect.DeepEqual(made, old):
		case s.Image != before.Images[name]:
		case name == t.Service && len(t.Env) > 0: // of which the definition does not know
		case t.copiesIn(s):
		default:
			names = append(names, name)
		}
	}
	return names
}

// copiesIn says whether a service has configurations or secrets whose content is not a file's: they are copied into the container as
// it starts, and their values do not stand in the project.
func (t *Target) copiesIn(s types.ServiceConfig) bool {
	for _, c := range s.Configs {
		if t.Project.Configs[c.Source].File == "" {
			return true
		}
	}
	for _, c := range s.Secrets {
		if t.Project.Secrets[c.Source].File == "" {
			return true
		}
	}
	return false
}

// Staying are those of the services that can go on running when all others are made anew. What has a part of another service's
// container goes with it: its network, its processes, its volumes. So does what asks to be restarted with what it depends on.
// At least one service is always made anew: the labels of its container say which others the release has.
func (t *Target) Staying(names []string) []string {
	staying := t.staying(names)
	if len(staying) < t.running() || len(staying) == 0 {
		return staying
	}
	anew := t.Service
	if !slices.Contains(staying, anew) { // it is switched off
		anew = slices.Min(staying)
	}
	return t.staying(slices.DeleteFunc(staying, func(name string) bool { return name == anew }))
}

// running is how many services of the project have containers.
func (t *Target) running() (n int) {
	for _, s := range t.Project.Services {
		if s.GetScale() > 0 {
			n++
		}
	}
	return n
}

func (t *Target) staying(names []string) []string {
	staying := slices.Clone(names)
	for {
		goes := map[string]bool{}
		for name, s := range t.Project.Services {
			stays := slices.Contains(staying, name)
			for _, other := range bound(s) {
				switch otherStays := slices.Contains(staying, other); {
				case stays && !otherStays:
					goes[name] = true
				case !stays && otherStays:
					goes[other] = true
				}
			}
			for other, d := range s.DependsOn {
				if _, there := t.Project.Services[other]; there && d.Restart && stays && !slices.Contains(staying, other) {
					goes[name] = true
				}
			}
		}
		if len(goes) == 0 {
			return staying
		}
		staying = slices.DeleteFunc(staying, func(name string) bool { return goes[name] })
	}
}

// bound are the services of whose containers a service's container has a part, or which it names by their containers.
func bound(s types.ServiceConfig) (names []string) {
	for _, mode := range []string{s.NetworkMode, s.Ipc, s.Pid, s.Uts, s.Cgroup} {
		if name, ok := strings.CutPrefix(mode, types.ServicePrefix); ok {
			names = append(names, name)
		}
	}
	for _, from := range s.VolumesFrom {
		if !strings.HasPrefix(from, types.ContainerPrefix) {
			name, _, _ := strings.Cut(from, ":")
			names = append(names, name)
		}
	}
	for _, link := range s.Links {
		name, _, _ := strings.Cut(link, ":")
		names = append(names, name)
	}
	return names
}
