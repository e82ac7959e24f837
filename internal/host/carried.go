package host

import (
	"net/netip"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/engine"
	"github.com/safeport/safeport/internal/port"
)

// uncarried is an address of IPv6 at which an engine takes the port and sends nothing on: Podman as root, and Docker without
// its userland proxy, have rules alone for what they publish. A container whose network has no IPv6 gets nothing by them, and
// ::1 never does, as the kernel routes no packet of loopback elsewhere. The container starts all the same, and nobody answers
// (seen with Docker 20.10 to 28.5, with Podman 4.3 and with netavark). Where Docker was told to keep no rules either, nothing that it
// publishes gets anywhere.
func (s *Survey) uncarried(w port.Requirement) (b facts.Block, lost bool) {
	e, at, family := s.Publisher(), w.Addr, "ip6"
	if e == nil || e.State != engine.Answering || w.Mode != port.Publish {
		return b, false
	}
	switch {
	case e.Idle && !at.Is6():
		if family = "ip"; !at.IsValid() {
			at = netip.IPv4Unspecified()
		}
	case !e.IPv4Only || !at.Is6() || at.Is4In6():
		return b, false
	}
	b = facts.Block{
		Rule: facts.Rule{
			Backend: facts.Routing, Family: family, Action: facts.Drop, Inside: at.IsLoopback(), Way: facts.Way{Lost: facts.Uncarried, Local: at},
		},
		Ports: w.Ports, Addrs: []netip.Addr{at}, Extent: facts.All,
	}
	// A service may have a network of its own, which is not there yet.
	if at.Is6() && !at.IsLoopback() && (w.Service != "" || e.DefaultIPv6 != engine.NoIPv6) {
		b.Extent, b.Rule.Some = facts.Some, true
	}
	return b, true
}

// asBound is a want at the addresses that the engine binds it on: there are some that take IPv4 alone where no address was asked
// for. The host refuses the clients that come by IPv6 then, and rules of IPv6 are none of the want's.
func (s *Survey) asBound(w port.Requirement) port.Requirement {
	if e := s.Publisher(); e != nil && e.State == engine.Answering && e.IPv4Only {
		return w.OnIPv4()
	}
	return w
}
