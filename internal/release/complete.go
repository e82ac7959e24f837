package release

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/distribution/reference"

	"safeport/internal/message"
	"safeport/internal/service"
)

// complete adds to a project what Compose's own loading adds and a check does not need: files of variables and labels,
// the default network, and the order that the services are made in.
func complete(p *types.Project) (*types.Project, error) {
	p, err := p.WithServicesEnvironmentResolved(true)
	if err != nil {
		return nil, message.Errorf("reading the variables of the services: %w", err)
	}
	if p, err = p.WithServicesLabelsResolved(true); err != nil {
		return nil, message.Errorf("reading the labels of the services: %w", err)
	}
	if p.Volumes == nil {
		p.Volumes = types.Volumes{}
	}
	if p.Networks == nil {
		p.Networks = types.Networks{}
	}
	for name, s := range p.Services {
		if s.NetworkMode == "" && len(s.Networks) == 0 {
			s.Networks = map[string]*types.ServiceNetworkConfig{"default": nil}
			if _, ok := p.Networks["default"]; !ok {
				p.Networks["default"] = types.NetworkConfig{}
			}
		}
		if s.Environment == nil {
			s.Environment = types.MappingWithEquals{}
		}
		for _, other := range shared(s) {
			if s.DependsOn == nil {
				s.DependsOn = types.DependsOnConfig{}
			}
			if _, said := s.DependsOn[other]; !said {
				s.DependsOn[other] = types.ServiceDependency{Condition: types.ServiceConditionStarted, Restart: true, Required: true}
			}
		}
		p.Services[name] = s
	}
	return p, nil
}

// shared are the services whose containers have to be there before this one's can be made: it has their network, another
// of their namespaces or their volumes, or knows them by a link.
func shared(s types.ServiceConfig) (names []string) {
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

// mainService is the service that answers: the one with the port that is asked whether it is ready, else one that
// publishes a port, else the first.
func mainService(d *service.Definition, p *types.Project) string {
	names := slices.Sorted(maps.Keys(p.Services))
	ready := ""
	if d.Ready != nil {
		ready = d.Ready.Port
	}
	rank := func(name string) int {
		ports := p.Services[name].Ports
		switch {
		case slices.ContainsFunc(ports, func(port types.ServicePortConfig) bool { return ready != "" && port.Name == ready }):
			return 0
		case len(ports) > 0:
			return 1
		}
		return 2
	}
	return slices.MinFunc(names, func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
}

// versionOf is the version that an image's tag promises; empty for a tag that is none, as "latest" is.
func versionOf(image string) string {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return ""
	}
	tagged, ok := named.(reference.Tagged)
	if !ok {
		return ""
	}
	digits := strings.TrimPrefix(tagged.Tag(), "v")
	if digits == "" || digits[0] < '0' || digits[0] > '9' || !strings.Contains(digits, ".") {
		return ""
	}
	return tagged.Tag()
}
