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
	e := s.Publisher()
	if e != nil && e.State == engine.Answering && e.Idle && w.Mode == port.Publish && !w.Addr.Is6() {
		at := w.Addr
		if !at.IsValid() {
			at = netip.IPv4Unspecified()
		}
		return facts.Block{
			Rule:  facts.Rule{Backend: facts.Routing, Family: "ip", Action: facts.Drop, Inside: at.IsLoopback(), Way: facts.Way{Lost: facts.Uncarried, Local: at}},
			Ports: w.Ports, Addrs: []netip.Addr{at}, Extent: facts.All,
		}, true
	}
	if e == nil || e.State != engine.Answering || !e.IPv4Only || w.Mode != port.Publish || !w.Addr.Is6() || w.Addr.Is4In6() {
		return b, false
	}
	b = facts.Block{
		Rule: facts.Rule{
			Backend: facts.Routing, Family: "ip6", Action: facts.Drop, Inside: w.Addr.IsLoopback(), Way: facts.Way{Lost: facts.Uncarried, Local: w.Addr},
		},
		Ports: w.Ports, Addrs: []netip.Addr{w.Addr}, Extent: facts.All,
	}
	// A service may have a network of its own, which is not there yet.
	if !w.Addr.IsLoopback() && (w.Service != "" || e.DefaultIPv6 != engine.NoIPv6) {
		b.Extent, b.Rule.Some = facts.Some, true
	}
	return b, true
}

// asBound is a want at the addresses that the engine binds it on: there are some that take IPv4 alone where no address was asked
// for. The host refuses the clients that come by IPv6 then, and rules of IPv6 are none of the want's.
func (s *Survey) asBound(w port.Requirement) port.Requirement {
	e := s.Publisher()
	if e != nil && e.State == engine.Answering && e.IPv4Only && w.Mode == port.Publish && !w.Addr.IsValid() && !w.DualStack {
		w.Addr = netip.IPv4Unspecified()
	}
	return w
}
