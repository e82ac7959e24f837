package port

import (
	"net/netip"
)

// Binding is what a socket is bound to besides its port: an address, whether an IPv6 wildcard leaves IPv4 alone, and a
// network device.
type Binding struct {
	Addr   netip.Addr // never the zero Addr: wildcards are 0.0.0.0 and ::
	V6Only bool       // IPV6_V6ONLY; only matters for ::
	Device string     // SO_BINDTODEVICE, or empty
}

// The wildcards.
var (
	AnyV4   = Binding{Addr: netip.IPv4Unspecified()}
	AnyV6   = Binding{Addr: netip.IPv6Unspecified(), V6Only: true}
	AnyDual = Binding{Addr: netip.IPv6Unspecified()} // one socket for both families
)

// Conflicts says whether the kernel keeps two sockets with these bindings from listening on the same port. It is the
// matrix measured on Linux 6.18; what socket options add to it (SO_REUSEADDR, SO_REUSEPORT) is the caller's.
func (b Binding) Conflicts(o Binding) bool {
	if here, there := b.device(), o.device(); here != "" && there != "" && here != there {
		return false
	}
	b4, bHas4 := b.v4()
	o4, oHas4 := o.v4()
	if bHas4 && oHas4 && meet(b4, o4) {
		return true
	}
	return b.has6() && o.has6() && meet(b.Addr, o.Addr)
}

// NeedsZone says whether an address is on a link that it does not name: the kernel binds no such socket (EINVAL).
func NeedsZone(a netip.Addr) bool {
	return a.Is6() && a.IsLinkLocalUnicast() && a.Zone() == ""
}

// device is the network device that the socket is tied to. An address with a zone (fe80::1%eth0) ties it too: the kernel
// tells of such a socket as of one with SO_BINDTODEVICE, and without the zone.
func (b Binding) device() string {
	if b.Device != "" {
		return b.Device
	}
	return b.Addr.Zone()
}

// v4 is the IPv4 side of the binding, if it has one: 127.0.0.1 for ::ffff:127.0.0.1, 0.0.0.0 for a dual-stack ::.
func (b Binding) v4() (netip.Addr, bool) {
	if a := b.Addr.Unmap(); a.Is4() {
		return a, true
	}
	return netip.IPv4Unspecified(), b.Addr.IsUnspecified() && !b.V6Only
}

func (b Binding) has6() bool { return b.Addr.Is6() && !b.Addr.Is4In6() }

func meet(a, b netip.Addr) bool {
	return a.IsUnspecified() || b.IsUnspecified() || a.WithZone("") == b.WithZone("")
}

// Serves says whether a socket with this binding is reached by packets to the address: what a published port's proxy and
// the container behind it have in common.
func (b Binding) Serves(a netip.Addr) bool {
	return b.Conflicts(Binding{Addr: a, V6Only: true, Device: b.Device})
}
