package facts

import (
	"github.com/safeport/safeport/internal/port"
)

// Binder is who is to bind a port itself where that is not the one who asks: a user, a unit of systemd, or the program of
// a container.
type Binder struct {
	Name       string   // as it was named: "www-data", "nginx.service"
	User       string   // that it runs as
	Units      []string // the unit, and the socket units that hand it sockets; none for a user
	Privileged bool     // it may bind ports below net.ipv4.ip_unprivileged_port_start

	Hooks []Hook // programs that may forbid a unit that runs to bind

	Container *port.Container // whose program it is; nil: none
	Own       bool            // the container's port is one of its own network
	Helpers   bool            // its engine is a user's, and may bind no more than he
	Limit     int             // Own: below which port it needs the right
	// LiftedInside: in a network of its own it would need no right.
	LiftedInside bool
	Unseen       bool // its image is not here, and may name a user

	// NoV4, NoV6 and NoBind are a unit's sandbox: it can make no sockets of a family, or none at all that are bound.
	NoV4, NoV6, NoBind bool

	// Allow and Deny are a unit's SocketBindAllow= and SocketBindDeny=; what both name is allowed.
	Allow, Deny []BindRule
}

// BindRule names ports that a unit may bind or may not.
type BindRule struct {
	V4, V6   bool          // sockets of the family; neither is both
	Protocol port.Protocol // zero: both
	Ports    port.Range    // zero: all
}

// Forbids says which setting in the unit's own file keeps it from binding a port; empty where none does. A socket for both
// families is one of IPv6, and a program that cannot make one serves IPv4 alone.
func (b *Binder) Forbids(p port.Protocol, at port.Binding, n uint16) (setting string) {
	switch v4 := at.Addr.Unmap().Is4(); {
	case b.NoBind:
		return "SystemCallFilter="
	case b.NoV4 && v4, b.NoV6 && !v4:
		return "RestrictAddressFamilies="
	}
	named := func(rules []BindRule) bool {
		for _, r := range rules {
			v4 := at.Addr.Is4()
			family := r.V4 == r.V6 || r.V4 && v4 || r.V6 && !v4
			if family && (r.Protocol == 0 || r.Protocol == p) && (r.Ports.Len() == 0 || r.Ports.Contains(n)) {
				return true
			}
		}
		return false
	}
	if named(b.Deny) && !named(b.Allow) {
		return "SocketBindDeny="
	}
	return ""
}
