package systemd

import (
	"errors"
	"maps"
	"path"
	"slices"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// Services are the ports that services take when the host starts, of those that do not run now: what their containers
// publish, or what a well-known program takes that runs in them. The error says what could not be read.
func (m *Manager) Services() (claims []facts.PortUse, err error) {
	quadlets, err := m.readQuadlets()
	errs := []error{err}
	for _, q := range quadlets {
		claims = append(claims, m.later(q, q.published)...)
	}
	for _, name := range slices.Sorted(maps.Keys(m.starting(".service"))) {
		u, err := m.load(name)
		errs = append(errs, err)
		if u == nil || slices.ContainsFunc(quadlets, func(q quadlet) bool { return q.name == name }) {
			continue
		}
		service := quadlet{unit: u, published: u.publishes()}
		usual := usualPorts(name)
		if len(service.published)+len(usual) == 0 {
			continue
		}
		claims = append(claims, m.later(service, append(service.published, usual...))...)
	}
	return claims, errors.Join(append(errs, m.unlisted)...)
}

// later are the port uses of a service, unless it runs: what it has then shows as sockets, and it has no use for more.
func (m *Manager) later(q quadlet, found []facts.PortUse) []facts.PortUse {
	if m.running(q.unit) {
		return nil
	}
	for i := range found {
		m.mark(&found[i], q.name, q.order())
		found[i].Generated = q.generated
	}
	return slices.DeleteFunc(found, func(c facts.PortUse) bool { return m.withholds(c) && !m.isLent(q.unit) })
}

// mark makes a port use that of a unit which starts with the host. A user's systemd comes neither before the engine nor after
// it, whatever its units say: they know no others.
func (m *Manager) mark(c *facts.PortUse, unit string, order facts.Order) {
	c.Unit, c.State, c.Source, c.Order = unit, facts.Enabled, "systemd", order
	if m.private != systemPrivate {
		c.UserUnit, c.UnitUID, c.Order = true, m.uid, facts.BesideEngine
	}
}

// withholds says whether the kernel keeps a port from the user whose systemd it is.
func (m *Manager) withholds(c facts.PortUse) bool { return int(c.Ports.First) < m.rootsPorts }

// isLent says whether a user's service gets ports that he may not have himself: from the engine of root, or by a right of
// its program's file.
func (m *Manager) isLent(u *unit) bool {
	argv := u.program()
	return len(argv) > 0 && path.Base(argv[0]) == "docker" || m.fileMayBind(u)
}

// order says on which side of the engine's start the unit's stands.
func (u *unit) order() facts.Order {
	names := func(key string) bool {
		return slices.ContainsFunc(u.all("Unit", key), func(list string) bool { return slices.Contains(words(list), "docker.service") })
	}
	switch {
	case names("Before"):
		return facts.BeforeEngine
	case names("After"):
		return facts.AfterEngine
	}
	return facts.BesideEngine
}

// publish reads a port as podman and docker publish it. One that the engine picks itself is left out.
func publish(spec string) (claims []facts.PortUse) {
	w, err := port.ParsePublish(spec)
	if err != nil || w.Ports.Len() == 0 {
		return nil
	}
	for _, b := range w.Bindings() {
		claims = append(claims, facts.PortUse{Protocol: w.Protocol, Binding: b, Ports: w.Ports})
	}
	return claims
}
