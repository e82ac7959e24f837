package desired

import (
	"maps"
	"reflect"
	"slices"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/moby/moby/api/types/mount"

	"github.com/safeport/safeport/internal/release/adopt"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// Given is a volume with the data of one service that another one would get.
type Given struct{ Volume, From, To string }

// Exchanged are the volumes that services would get from others of the release that serves, which don't keep them. A service that is new and
// has an image of the same repository is the same one, renamed; and one that had nothing at that place loses nothing to it.
func (t *Target) Exchanged(serving []engine.Serving) (list []Given) {
	owners := map[string][]engine.Serving{}
	for _, s := range serving {
		for _, name := range namedVolumes(s, true) {
			owners[name] = append(owners[name], s)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(owners)) {
		users := t.usersOf(name)
		kept := slices.ContainsFunc(owners[name], func(s engine.Serving) bool { return slices.Contains(users, s.ServiceOf(t.Service)) })
		if kept {
			continue
		}
		for _, user := range users {
			if t.isOthers(name, user, owners[name], serving) {
				list = append(list, Given{name, owners[name][0].ServiceOf(t.Service), user})
			}
		}
	}
	return list
}

// isOthers says whether a volume has the data of another program than the service, or takes the place of the service's own.
func (t *Target) isOthers(volume, user string, owners, serving []engine.Serving) bool {
	service := t.Project.Services[user]
	if !slices.ContainsFunc(owners, func(s engine.Serving) bool { return s.HasRepositoryOf(service.Image) }) {
		return true
	}
	for _, v := range service.Volumes {
		if v.Type != types.VolumeTypeVolume || adopt.SourceOf(t.Project, t.Instance, v) != volume {
			continue
		}
		for _, s := range serving {
			if s.ServiceOf(t.Service) == user && volumeAt(s, v.Target) != "" {
				return true
			}
		}
	}
	return false
}

// usersOf are the services that may write to a volume; sorted.
func (t *Target) usersOf(volume string) (names []string) {
	for _, name := range serviceNames(t.Project) {
		s := t.Project.Services[name]
		if s.GetScale() > 0 && slices.ContainsFunc(s.Volumes, func(v types.ServiceVolumeConfig) bool {
			return v.Type == types.VolumeTypeVolume && !v.ReadOnly && adopt.SourceOf(t.Project, t.Instance, v) == volume
		}) {
			names = append(names, name)
		}
	}
	return names
}

// namedVolumes are the volumes that a container has by their names.
func namedVolumes(s engine.Serving, written bool) (names []string) {
	for _, m := range s.Inspect.Mounts {
		if m.Type == mount.TypeVolume && !engine.IsAnonymous(m.Name) && (m.RW || !written) {
			names = append(names, m.Name)
		}
	}
	return names
}

// volumeAt is the named volume that a container has at a path; empty: none.
func volumeAt(s engine.Serving, path string) string {
	for _, m := range s.Inspect.Mounts {
		if m.Destination == path && m.Type == mount.TypeVolume && !engine.IsAnonymous(m.Name) {
			return m.Name
		}
	}
	return ""
}

// Left is a volume that a service has and gets no more; To is what it gets in its place, empty for nothing.
type Left struct {
	Volume, Service, Path, To string
	IsVolume                  bool // To is one, and no directory
}

// Leaves are the volumes of the release that serves that the target doesn't use, but for those that the command line has changed; each once.
func (t *Target) Leaves(serving []engine.Serving) (list []Left) {
	used := volumesOf(t.Project, t.Instance)
	for _, s := range serving {
		service := s.ServiceOf(t.Service)
		for _, name := range namedVolumes(s, false) {
			i := slices.IndexFunc(list, func(l Left) bool { return l.Volume == name })
			if slices.Contains(used, name) || i >= 0 && list[i].To != "" {
				continue
			}
			left := Left{Volume: name, Service: service}
			for _, m := range s.Inspect.Mounts {
				if m.Name == name {
					left.Path = m.Destination
					left.To, left.IsVolume = t.MountedAt(service, m.Destination)
				}
			}
			switch {
			case t.Asked[service][adopt.Trait{Kind: adopt.AMount, Name: left.Path}]:
			case i >= 0:
				list[i] = left
			default:
				list = append(list, left)
			}
		}
	}
	return list
}

// Unapplied are the volumes and the networks that are there and that the files define with other options now: what is there keeps those that it
// was made with.
func (t *Target) Unapplied(before *journal.Release) (volumes, networks []string) {
	now, err := shapeOf(t.Defined)
	was, errBefore := shapeOf(before.Defined)
	if err != nil || errBefore != nil || t.Defined == "" || before.Defined == "" {
		return nil, nil
	}
	for _, key := range slices.Sorted(maps.Keys(now.Volumes)) {
		if otherOptions(now.Volumes[key], was.Volumes, key) {
			volumes = append(volumes, journal.ResourceName(t.Project.Volumes[key].Name, t.Instance, key))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(now.Networks)) {
		if otherOptions(now.Networks[key], was.Networks, key) {
			networks = append(networks, journal.ResourceName(t.Project.Networks[key].Name, t.Instance, key))
		}
	}
	return volumes, networks
}

// otherOptions says whether a volume or a network of a project is defined otherwise than it was, and is still the same one.
func otherOptions(now any, before map[string]any, key string) bool {
	was, there := before[key]
	a, _ := now.(map[string]any)
	b, _ := was.(map[string]any)
	if !there || !reflect.DeepEqual(a["name"], b["name"]) || a["external"] != nil || b["external"] != nil {
		return false
	}
	for _, option := range bothKeys(a, b) {
		if option != "labels" && !reflect.DeepEqual(a[option], b[option]) {
			return true
		}
	}
	return false
}
