package verdict

import (
	"slices"
	"syscall"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// binder is who binds a want: who was named for one that is no service's, the program of a container for one that is; nil is
// the one who asks.
func (f Facts) binder(w port.Requirement) *facts.Binder {
	if w.Mode == port.Bind && w.Service == "" {
		return f.Binder
	}
	return f.Programs[w.Name]
}

// mayBind says whether whoever is to bind a privileged port may, although the one who asks may not.
func (f Facts) mayBind(w port.Requirement, n uint16) bool {
	b := f.binder(w)
	switch {
	case int(n) >= f.Kernel.UnprivilegedStart:
		return false
	case w.Mode == port.Publish:
		return !f.Engine.Rootless || f.Engine.Privileged
	}
	return b != nil && b.Privileged
}

// forbidden are the ports of a want that its binder may not bind, although the one who asks may, with the errno that he
// would get. One that he has, or that systemd takes for him, he need not bind.
func (f Facts) forbidden(w port.Requirement) map[uint16]syscall.Errno {
	b := f.binder(w)
	if b == nil {
		return nil
	}
	ports := map[uint16]syscall.Errno{}
	if b.Own {
		for n := int(w.Ports.First); n <= int(w.Ports.Last) && !b.Privileged; n++ {
			ports[uint16(n)] = syscall.EACCES // the engine would have it, and nobody behind it
		}
		return ports
	}
	for n := int(w.Ports.First); n <= int(w.Ports.Last); n++ {
		if f.given(w, uint16(n)) {
			continue
		}
		if n < f.Kernel.UnprivilegedStart && !b.Privileged {
			ports[uint16(n)] = syscall.EACCES
		}
		for _, at := range w.Bindings() {
			if b.Forbids(w.Protocol, at, uint16(n)) != "" {
				ports[uint16(n)] = syscall.EPERM
			}
		}
	}
	return ports
}

// Barred says whether a unit's own file keeps it from binding a want, so that it is no place for it.
func (f Facts) Barred(w port.Requirement) bool {
	for _, errno := range f.forbidden(w) {
		if errno == syscall.EPERM {
			return true
		}
	}
	return false
}

// given says whether the binder has the port, or a socket unit of his takes it when the host starts.
func (f Facts) given(w port.Requirement, n uint16) bool {
	w.Ports = port.Single(n)
	return slices.ContainsFunc(f.Uses, func(c facts.PortUse) bool {
		has := c.Socket != nil && c.State == facts.Listening || c.State == facts.Enabled && !c.Likely
		return has && f.onWant(c, w) && f.owns(w, c)
	})
}

// Forbidden says whether the one who asks was kept from trying a port by a program on its cgroup.
func (f Facts) Forbidden() bool {
	return slices.ContainsFunc(f.Probes, func(p facts.Probe) bool {
		return slices.ContainsFunc(p.Refusals, func(r facts.Refusal) bool { return r.Errno == syscall.EPERM })
	})
}
