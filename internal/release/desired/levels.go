package desired

import (
	"github.com/compose-spec/compose-go/v2/types"
)

// Levels are the services of a project in groups that are made one after the other: those of the first depend on none, and
// those of each other one on some of the group before it. Within a group nothing depends on anything.
func Levels(p *types.Project) (groups [][]string) {
	level := map[string]int{}
	var of func(name string) int
	of = func(name string) int {
		if known, ok := level[name]; ok {
			return known
		}
		level[name] = 0 // a circle is refused where the files are read; here it has an end, too
		deepest := 0
		for other := range p.Services[name].DependsOn {
			if _, there := p.Services[other]; there {
				deepest = max(deepest, of(other)+1)
			}
		}
		level[name] = deepest
		return deepest
	}
	for _, name := range p.ServiceNames() {
		n := of(name)
		for len(groups) <= n {
			groups = append(groups, nil)
		}
		groups[n] = append(groups[n], name)
	}
	return groups
}
