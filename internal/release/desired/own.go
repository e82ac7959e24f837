package desired

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/docker/compose/v5/pkg/api"

	"github.com/safeport/safeport/internal/instance"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// Own turns the project into that of one release. Its volumes and networks are the instance's, not the release's: they
// have names without a number and are declared external, for Compose would say of each that it belongs to the project of
// the first release. Its containers have names of their own until they serve.
func (t *Target) Own(number int) {
	p := t.Project
	p.Name = journal.Project(t.Instance, number)
	for key, v := range p.Volumes {
		v.Name = journal.ResourceName(v.Name, t.Instance, key)
		p.Volumes[key] = v
	}
	for key, n := range p.Networks {
		n.Name = journal.ResourceName(n.Name, t.Instance, key)
		p.Networks[key] = n
	}
	for name, s := range p.Services {
		t.callByName(&s)
		serves := s.ContainerName
		if s.ContainerName != "" {
			s.ContainerName = journal.Aside(s.ContainerName, number)
		}
		s.PullPolicy = types.PullPolicyNever // they are there: StepImages saw to it
		s.CustomLabels = types.Labels{
			api.ProjectLabel: p.Name, api.ServiceLabel: name, api.VersionLabel: api.ComposeVersion, api.OneoffLabel: "False",
			api.WorkingDirLabel: p.WorkingDir, api.ConfigFilesLabel: "",
			engine.LabelRelease: strconv.Itoa(number), engine.LabelVersion: t.Version,
			engine.LabelDepends: engine.DependsLabel(s), instance.LabelName: serves,
		}
		maps.Copy(s.CustomLabels, t.Labels())
		p.Services[name] = s
	}
}

// callByName makes a service known on its networks by the name that Compose would give its container, which others may have
// in their configuration: safeport's own has the number of the release in it. Several containers are told apart where they are
// made.
func (t *Target) callByName(s *types.ServiceConfig) {
	if s.GetScale() <= 1 {
		t.callByNumber(s, 1)
	}
}

func (t *Target) callByNumber(s *types.ServiceConfig, number int) {
	name := cmp.Or(s.ContainerName, t.Instance+api.Separator+s.Name+api.Separator+strconv.Itoa(number))
	networks := map[string]*types.ServiceNetworkConfig{}
	for key, n := range s.Networks {
		var named types.ServiceNetworkConfig
		if n != nil {
			named = *n
		}
		if !slices.Contains(named.Aliases, name) {
			named.Aliases = append(slices.Clone(named.Aliases), name)
		}
		networks[key] = &named
	}
	if len(networks) > 0 {
		s.Networks = networks
	}
}

// Labels are those of everything that the instance has.
func (t *Target) Labels() map[string]string {
	return map[string]string{instance.LabelService: t.Definition.Name, instance.LabelInstance: t.Instance}
}

// External is the project with its volumes and networks as things that are there.
func External(p *types.Project) *types.Project {
	copied := *p
	copied.Volumes, copied.Networks = maps.Clone(p.Volumes), maps.Clone(p.Networks)
	for key, v := range copied.Volumes {
		copied.Volumes[key] = types.VolumeConfig{Name: v.Name, External: true}
	}
	for key, n := range copied.Networks {
		copied.Networks[key] = types.NetworkConfig{Name: n.Name, External: true}
	}
	return &copied
}
