package systemd

import (
	"errors"
	"maps"
	"slices"

	"safeport/internal/claim"
	"safeport/internal/port"
)

// Services are the ports that services take when the host starts, of those that do not run now: what their containers
// publish, or what a well-known program takes that runs in them. The error says what could not be read.
func (m *Manager) Services() (claims []claim.Claim, err error) {
	quadlets, err := m.quadlets()
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
	return claims, errors.Join(errs...)
}

// later are the claims of a service, unless it runs: what it has then shows as sockets, and it has no use for more.
func (m *Manager) later(q quadlet, found []claim.Claim) []claim.Claim {
	if m.running(q.unit) {
		return nil
	}
	for i := range found {
		c := &found[i]
		c.Unit, c.UserUnit, c.State, c.Source, c.Order = q.name, m.private != systemPrivate, claim.Enabled, "systemd", q.order()
		c.Generated = q.generated
	}
	return found
}

// order says on which side of the engine's start the unit's stands.
func (u *unit) order() claim.Order {
	names := func(key string) bool {
		return slices.ContainsFunc(u.all("Unit", key), func(list string) bool { return slices.Contains(words(list), "docker.service") })
	}
	switch {
	case names("Before"):
		return claim.BeforeEngine
	case names("After"):
		return claim.AfterEngine
	}
	return claim.BesideEngine
}

// publish reads a port as podman and docker publish it. One that the engine picks itself is no claim on any.
func publish(spec string) (claims []claim.Claim) {
	w, err := port.ParsePublish(spec)
	if err != nil || w.Ports.Len() == 0 {
		return nil
	}
	for _, b := range w.Bindings() {
		claims = append(claims, claim.Claim{Protocol: w.Protocol, Binding: b, Ports: w.Ports})
	}
	return claims
}
