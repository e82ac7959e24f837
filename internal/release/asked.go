package release

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
)

// asked are the traits that the settings change, and the other words of a command line: what a definition makes of them
// now, against what the same definition makes of them as they were. Of these nobody has to be told.
func (t *Target) asked(before *types.Project) map[string]map[trait]bool {
	all := map[string]map[trait]bool{}
	for name, now := range t.Project.Services {
		all[name] = t.askedOf(before, plain(before.Services[name]), plain(now))
	}
	return all
}

func (t *Target) askedOf(before *types.Project, was, is types.ServiceConfig) map[trait]bool {
	asked := map[trait]bool{}
	other(asked, aVariable, was.Environment, is.Environment)
	other(asked, aLabel, was.Labels, is.Labels)
	other(asked, aMount, t.sources(before, was), t.sources(t.Project, is))
	other(asked, aNetwork, t.joined(before, was), t.joined(t.Project, is))
	if !maps.EqualFunc(t.joined(before, was), t.joined(t.Project, is), func(_, _ *types.ServiceNetworkConfig) bool { return true }) {
		asked[trait{anOption, "Networks"}] = true
	}
	for _, o := range append(slices.Clone(carriedOptions), carriedOption{"Command", "Cmd"}, carriedOption{"Entrypoint", "Entrypoint Cmd"}) {
		if !reflect.DeepEqual(field(&was, o.field).Interface(), field(&is, o.field).Interface()) {
			for _, name := range strings.Fields(o.engine) {
				asked[trait{anOption, name}] = true
			}
		}
	}
	if !reflect.DeepEqual(requests(&was), requests(&is)) {
		asked[trait{anOption, "DeviceRequests"}] = true
	}
	return asked
}

// other adds the names under which two maps have something else.
func other[V any](to map[trait]bool, kind string, was, is map[string]V) {
	for _, m := range []map[string]V{was, is} {
		for name := range m {
			a, before := was[name]
			b, now := is[name]
			if before != now || !reflect.DeepEqual(a, b) {
				to[trait{kind, name}] = true
			}
		}
	}
}

// sources are what a service mounts, by the paths in the container.
func (t *Target) sources(p *types.Project, s types.ServiceConfig) map[string]string {
	m := map[string]string{}
	for _, v := range s.Volumes {
		m[v.Target] = sourceOf(p, t.Instance, v)
		if v.ReadOnly {
			m[v.Target] += ":ro"
		}
	}
	return m
}

// joined are the networks of a service, by their names on the host.
func (t *Target) joined(p *types.Project, s types.ServiceConfig) map[string]*types.ServiceNetworkConfig {
	m := map[string]*types.ServiceNetworkConfig{}
	for key, n := range s.Networks {
		m[resourceName(p.Networks[key].Name, t.Instance, key)] = n
	}
	return m
}
