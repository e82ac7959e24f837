package systemd

import (
	"context"
	"slices"

	"github.com/godbus/dbus/v5"
)

// maxDependents bounds the units that are asked about: what hangs on a unit may be half of the host.
const maxDependents = 64

// stoppedWith are the properties of a unit that name those which systemd stops with it (systemd.unit(5)): Requires=, Requisite=,
// BindsTo=, PartOf= and StopPropagatedFrom= of theirs, which systemd before version 249 does not have.
var stoppedWith = []string{"RequiredBy", "RequisiteOf", "BoundBy", "ConsistsOf", "PropagatesStopTo"}

// dependents are the units that run and are stopped with those given, and with each other, the nearest first.
func (b *bus) dependents(ctx context.Context, given []string) (found []string) {
	seen := slices.Clone(given)
	for asked := given; len(asked) > 0; {
		var questions, states []*dbus.Call
		for _, name := range asked {
			for _, property := range stoppedWith {
				questions = append(questions, b.question(ctx, name, "Unit", property))
			}
		}
		var next []string
		for _, q := range questions {
			names, _ := answer[[]string](q) // what this systemd does not know stops nothing
			for _, name := range names {
				if !slices.Contains(seen, name) && len(seen) < maxDependents {
					seen, next = append(seen, name), append(next, name)
				}
			}
		}
		for _, name := range next {
			states = append(states, b.question(ctx, name, "Unit", "ActiveState"))
		}
		asked = nil
		for i, name := range next {
			if state, err := answer[string](states[i]); err == nil && state != "inactive" && state != "failed" {
				asked = append(asked, name)
			}
		}
		found = append(found, asked...)
	}
	return found
}
