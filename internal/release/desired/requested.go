package desired

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"github.com/safeport/safeport/internal/release/adopt"
	"github.com/safeport/safeport/internal/release/journal"
)

// requestedChanges are the traits that the settings change, and the other words of a command line: what a definition makes of them
// now, against what the same definition makes of them as they were. Of these nobody has to be told.
func (t *Target) requestedChanges(before *types.Project) map[string]map[adopt.Trait]bool {
	all := map[string]map[adopt.Trait]bool{}
	for name, now := range t.Project.Services {
		all[name] = t.askedOf(before, adopt.Plain(before.Services[name]), adopt.Plain(now))
	}
	return all
}

func (t *Target) askedOf(before *types.Project, was, is types.ServiceConfig) map[adopt.Trait]bool {
	asked := map[adopt.Trait]bool{}
	other(asked, adopt.AVariable, was.Environment, is.Environment)
	other(asked, adopt.ALabel, was.Labels, is.Labels)
	other(asked, adopt.AMount, t.sources(before, was), t.sources(t.Project, is))
	other(asked, adopt.ANetwork, t.joined(before, was), t.joined(t.Project, is))
	if !maps.EqualFunc(t.joined(before, was), t.joined(t.Project, is), func(_, _ *types.ServiceNetworkConfig) bool { return true }) {
		asked[adopt.Trait{Kind: adopt.AnOption, Name: "Networks"}] = true
	}
	for _, o := range append(slices.Clone(adopt.CarriedOptions), adopt.CarriedOption{Field: "Command", Engine: "Cmd"}, adopt.CarriedOption{Field: "Entrypoint", Engine: "Entrypoint Cmd"}) {
		if !reflect.DeepEqual(adopt.Field(&was, o.Field).Interface(), adopt.Field(&is, o.Field).Interface()) {
			for _, name := range strings.Fields(o.Engine) {
				asked[adopt.Trait{Kind: adopt.AnOption, Name: name}] = true
			}
		}
	}
	if !reflect.DeepEqual(adopt.Requests(&was), adopt.Requests(&is)) {
		asked[adopt.Trait{Kind: adopt.AnOption, Name: "DeviceRequests"}] = true
	}
	return asked
}

// other adds the names under which two maps have something else.
func other[V any](to map[adopt.Trait]bool, kind string, was, is map[string]V) {
	for _, m := range []map[string]V{was, is} {
		for name := range m {
			a, before := was[name]
			b, now := is[name]
			if before != now || !reflect.DeepEqual(a, b) {
				to[adopt.Trait{Kind: kind, Name: name}] = true
			}
		}
	}
}

// sources are what a service mounts, by the paths in the container.
func (t *Target) sources(p *types.Project, s types.ServiceConfig) map[string]string {
	m := map[string]string{}
	for _, v := range s.Volumes {
		m[v.Target] = adopt.SourceOf(p, t.Instance, v)
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
		m[journal.ResourceName(p.Networks[key].Name, t.Instance, key)] = n
	}
	return m
}
