package instance

import (
	"slices"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/service"
)

// Legacy takes in what installations without a container left on the host. Such a one is the instance when it has the
// service's usual name and no container is there; beside a container, a unit that runs or starts with the host is in its
// way. One whose data has been moved since and whose unit is disabled is history.
func (in *Instance) Legacy(def *service.Definition, units []facts.Unit, files []string) {
	if in.Name != def.Instance || len(in.Ambiguous) > 0 || def.Legacy == nil {
		return
	}
	there := func(file string) bool { return slices.Contains(files, file) }
	moved := slices.ContainsFunc(def.Legacy.Moved, there)
	t := service.Trace{Files: files}
	for _, u := range units {
		if !slices.Contains(in.units, u.Name) {
			continue
		}
		if !def.Identity.RoleFits(facts.Container{Args: u.Args, Env: u.Env}) {
			in.units = slices.DeleteFunc(slices.Clone(in.units), func(name string) bool { return name == u.Name })
			continue
		}
		if t.Unit == nil && (u.Running || u.Enabled || !moved && len(in.Containers) == 0) {
			t.Unit = &u
		}
	}
	hasData := !moved && len(in.Containers) == 0 && slices.ContainsFunc(def.Legacy.Files, there)
	if t.Unit == nil && !hasData {
		return
	}
	in.Trace = &t
	switch {
	case len(in.Containers) > 0:
	case t.Unit != nil && t.Unit.Running:
		in.Situation = Upgrade
	default:
		in.Situation = Reinstall
	}
}
