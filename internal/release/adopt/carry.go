package adopt

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/docker/compose/v5/pkg/api"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// Carrier carries over to a project what the serving containers have and its definition did not give them: what somebody
// chose by hand, once, and may not remember.
type Carrier struct {
	Project  *types.Project
	Instance string
	Main     string          // the service that answers
	Flags    map[string]bool // of settings that were chosen anew; true: it takes no value
	ByFiles  bool            // what the definition gave is not known any more, and the user's files say what is wanted
	Numbered Numbered        // is filled
}

// Numbered are volumes without a name of their own where a service has several containers, by service and by the number of the
// container: each goes on with its own. All would share one that the service mounts.
type Numbered map[string]map[int][]types.ServiceVolumeConfig

// Carry adds it. old is what the definition gives for the settings as they were.
func (c *Carrier) Carry(serving []engine.Serving, old *types.Project) error {
	var refused message.Phrases
	for _, s := range serving {
		name := s.ServiceOf(c.Main)
		made, ok := c.Project.Services[name]
		if !ok {
			continue // a service that the definition has no more
		}
		if s.Service != "" {
			c.carryAnonymous(&made, s, serving)
		}
		if s.Project != "" || c.ByFiles { // what it has is from the files, and they say now what it gets
			c.Project.Services[name] = made
			continue
		}
		before := old.Services[name]
		cannot, err := unsupported(s.Inspect, &before)
		if err != nil {
			return message.Errorf("reading the options of %s: %w", s.Container.Name, err)
		}
		refused = append(refused, cannot...)
		found := Observed(s)
		found.Volumes = withoutOthers(found.Volumes, s, serving)
		if s.Service != "" {
			found.Volumes = slices.DeleteFunc(found.Volumes, isAnonymous)
		}
		c.carryService(&made, s.Service != "", found, old, before)
		c.Project.Services[name] = made
	}
	if len(refused) > 0 {
		return message.Errorf("%s has options that a Compose file can't express: %s",
			serving[0].Container.Name, refused)
	}
	return nil
}

func (c *Carrier) carryService(made *types.ServiceConfig, ours bool, found types.ServiceConfig, was *types.Project, old types.ServiceConfig) {
	for name, value := range found.Environment {
		if _, defined := made.Environment[name]; !defined && !same(old.Environment[name], value) {
			made.Environment[name] = value
		}
	}
	if found.Command != nil && !slices.Equal(found.Command, old.Command) {
		made.Command = withoutFlags(found.Command, c.Flags)
	}
	if found.Entrypoint != nil && !slices.Equal(found.Entrypoint, old.Entrypoint) {
		made.Entrypoint = found.Entrypoint
	}
	for _, p := range found.Ports {
		if !slices.ContainsFunc(slices.Concat(old.Ports, made.Ports), func(o types.ServicePortConfig) bool { return samePort(o, p) || ours && picks(o, p) }) {
			made.Ports = append(made.Ports, p)
		}
	}
	for _, v := range found.Volumes {
		c.carryVolume(made, v, was, old)
	}
	for key, value := range found.Labels {
		if _, defined := made.Labels[key]; !defined && old.Labels[key] != value {
			made.Labels = made.Labels.Add(key, value)
		}
	}
	if len(found.Networks) > 0 && len(old.Networks) == 0 {
		made.NetworkMode, made.Networks = "", found.Networks
		for name := range found.Networks {
			c.Project.Networks[name] = types.NetworkConfig{Name: name, External: true}
		}
	}
	c.carryNetworks(made, found, was, old)
	carryRequests(made, &found, &old)
	old = Plain(old)
	carryOptions(made, &found, &old)
}

// carryNetworks keeps the networks that a container was joined to besides those of the definition.
func (c *Carrier) carryNetworks(made *types.ServiceConfig, found types.ServiceConfig, was *types.Project, old types.ServiceConfig) {
	if len(old.Networks) == 0 || len(made.Networks) == 0 {
		return
	}
	defined := map[string]bool{}
	for key := range old.Networks { // what nobody uses any more is in the old project alone
		defined[journal.ResourceName(was.Networks[key].Name, c.Instance, key)] = true
	}
	for key := range made.Networks {
		defined[journal.ResourceName(c.Project.Networks[key].Name, c.Instance, key)] = true
	}
	for name, n := range found.Networks {
		if !defined[name] {
			made.Networks = maps.Clone(made.Networks)
			made.Networks[name] = n
			c.Project.Networks[name] = types.NetworkConfig{Name: name, External: true}
		}
	}
}

// carryVolume keeps what is mounted where it is mounted. A volume without a name of its own is named by its id from now
// on: a new container would get a new, empty one in its place. was is the project that old is of: a volume that no service
// uses any more is in that one alone.
func (c *Carrier) carryVolume(made *types.ServiceConfig, v types.ServiceVolumeConfig, was *types.Project, old types.ServiceConfig) {
	defined := slices.ContainsFunc(old.Volumes, func(o types.ServiceVolumeConfig) bool {
		return o.Target == v.Target && SourceOf(was, c.Instance, o) == v.Source
	})
	if defined || slices.Contains(filesOf(old), v.Target) {
		return // then it is the definition's to say what comes in its place
	}
	i := slices.IndexFunc(made.Volumes, func(o types.ServiceVolumeConfig) bool { return o.Target == v.Target })
	if i >= 0 && (made.Volumes[i].ReadOnly || SourceOf(c.Project, c.Instance, made.Volumes[i]) == v.Source) {
		return // a file that a setting names now, or the very same
	}
	if v.Type == types.VolumeTypeVolume {
		c.Project.Volumes[v.Source] = types.VolumeConfig{Name: v.Source, External: true}
	}
	if i >= 0 {
		made.Volumes[i] = v
		return
	}
	made.Volumes = append(made.Volumes, v)
}

// filesOf are the paths at which a service has its configs and secrets.
func filesOf(s types.ServiceConfig) (paths []string) {
	for _, c := range s.Configs {
		paths = append(paths, at("/", cmp.Or(c.Target, c.Source)))
	}
	for _, c := range s.Secrets {
		paths = append(paths, at("/run/secrets", cmp.Or(c.Target, c.Source)))
	}
	return paths
}

// at is a path below a directory, unless it is absolute.
func at(dir, name string) string {
	if path.IsAbs(name) {
		return name
	}
	return path.Join(dir, name)
}

// carryAnonymous keeps the volumes without a name of their own, as Compose does when it makes a container anew: the image
// asks for them, or a file that names a path alone.
func (c *Carrier) carryAnonymous(made *types.ServiceConfig, s engine.Serving, serving []engine.Serving) {
	alone := made.GetScale() <= 1
	for _, other := range serving {
		alone = alone && (other.Service != s.Service || other.Container.ID == s.Container.ID)
	}
	for _, v := range withoutOthers(observedMounts(s.Inspect), s, serving) {
		if !isAnonymous(v) {
			continue
		}
		volumes, mounted := Mounting(made.Volumes, v)
		if !mounted {
			continue // the file has another thing there now
		}
		c.Project.Volumes[v.Source] = types.VolumeConfig{Name: v.Source, External: true}
		if alone {
			made.Volumes = volumes
			continue
		}
		number, err := strconv.Atoi(s.Inspect.Config.Labels[api.ContainerNumberLabel])
		if err != nil {
			continue // one that no Compose has made
		}
		if c.Numbered == nil {
			c.Numbered = Numbered{}
		}
		if c.Numbered[s.Service] == nil {
			c.Numbered[s.Service] = map[int][]types.ServiceVolumeConfig{}
		}
		c.Numbered[s.Service][number] = append(c.Numbered[s.Service][number], v)
	}
}

// Mounting is a copy of a service's mounts with a volume in the place of one that has no name; false if something else is there.
func Mounting(list []types.ServiceVolumeConfig, v types.ServiceVolumeConfig) ([]types.ServiceVolumeConfig, bool) {
	list = slices.Clone(list)
	i := slices.IndexFunc(list, func(o types.ServiceVolumeConfig) bool { return o.Target == v.Target })
	switch {
	case i < 0:
		return append(list, v), true
	case list[i].Type == types.VolumeTypeVolume && list[i].Source == "":
		list[i].Source = v.Source
		return list, true
	}
	return list, false
}

func isAnonymous(v types.ServiceVolumeConfig) bool {
	return v.Type == types.VolumeTypeVolume && engine.IsAnonymous(v.Source)
}

// withoutOthers are the mounts of a container less those that it has from another one of its release (volumes_from): it gets
// what that one has, then as now.
func withoutOthers(mounts []types.ServiceVolumeConfig, s engine.Serving, serving []engine.Serving) []types.ServiceVolumeConfig {
	for _, from := range s.Inspect.HostConfig.VolumesFrom {
		service, _, _ := strings.Cut(from, ":")
		for _, other := range serving {
			if other.Service != service {
				continue
			}
			theirs := observedMounts(other.Inspect)
			mounts = slices.DeleteFunc(mounts, func(m types.ServiceVolumeConfig) bool {
				return slices.ContainsFunc(theirs, func(o types.ServiceVolumeConfig) bool { return o.Target == m.Target && o.Source == m.Source })
			})
		}
	}
	return mounts
}

// SourceOf is what a mount of a project mounts: a volume's name on the host, or a path.
func SourceOf(p *types.Project, instance string, v types.ServiceVolumeConfig) string {
	if volume, ok := p.Volumes[v.Source]; ok && v.Type == types.VolumeTypeVolume {
		return journal.ResourceName(volume.Name, instance, v.Source)
	}
	return v.Source
}

func same(a, b *string) bool { return a != nil && b != nil && *a == *b }

func samePort(a, b types.ServicePortConfig) bool {
	return a.Target == b.Target && a.Published == b.Published && a.HostIP == b.HostIP &&
		strings.TrimPrefix(a.Protocol, "tcp") == strings.TrimPrefix(b.Protocol, "tcp")
}

// picks says whether a port of a definition is one that the engine picks, and the other what it has picked: Podman does when the
// container is made, and tells it as if somebody had chosen it.
func picks(defined, found types.ServicePortConfig) bool {
	if defined.Published != "" && defined.Published != "0" {
		return false
	}
	defined.Published = found.Published
	return samePort(defined, found)
}

// withoutFlags are the arguments without the flags, and the values that follow them.
func withoutFlags(args []string, flags map[string]bool) []string {
	kept := []string{}
	for i := 0; i < len(args); i++ {
		name, _, joined := strings.Cut(args[i], "=")
		isBool, drop := flags[name]
		switch {
		case !drop:
			kept = append(kept, args[i])
		case !joined && !isBool:
			i++
		}
	}
	return kept
}
