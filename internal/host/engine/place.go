package engine

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/port"
)

// Options of Docker's bridge networks.
const (
	hostBinding = "com.docker.network.bridge.host_binding_ipv4"
	gatewayV4   = "com.docker.network.bridge.gateway_mode_ipv4"
	gatewayV6   = "com.docker.network.bridge.gateway_mode_ipv6"
)

// Place says where the engine would bind a want: at which address, or why nowhere. A want that nothing is known about is
// as it was.
func (a Answer) Place(w port.Requirement, s Surroundings) port.Requirement {
	switch {
	case w.Unbound != 0 || w.Ports.Len() == 0 || a.State != Answering:
		return w
	case w.Mode == port.Bind:
		w.Unbound = a.onHost(w, s)
		return w
	case a.Name != "docker" || a.Desktop || !s.known:
		return w
	}
	n, none := a.gateway(w, s)
	if none != 0 {
		w.Unbound = none
		return w
	}
	return a.placeIn(n, w)
}

// onHost says why the program of a container on "the host's network" is not on this host's, if it is not.
func (a Answer) onHost(w port.Requirement, s Surroundings) port.Unbound {
	switch {
	case w.Container == nil:
		return 0
	case a.Desktop:
		return port.MachinesNetwork
	case a.Name == "docker" && s.Remapped && !w.Container.OwnUsers:
		return port.RemappedUsers
	case a.HelpersHost:
		return port.HelpersNetwork
	}
	return 0
}

// gateway is the network that has the container's default route: the bridge driver publishes ports for that one alone (moby
// libnetwork, epHeap.Less and Endpoint.Less). Internal networks have no route, those with two families come first, then
// those of a higher priority (since 28.0), then it goes by name.
func (a Answer) gateway(w port.Requirement, s Surroundings) (port.Network, port.Unbound) {
	list := slices.Clone(w.Networks)
	if len(list) == 0 {
		if _, there := s.Networks["bridge"]; !there {
			return port.Network{}, port.NoBridge
		}
		list = []port.Network{{Name: "bridge", External: true}}
	}
	for i := range list {
		list[i] = s.network(list[i])
		if !a.Since(28, 0) {
			list[i].Priority = 0
		}
	}
	none := port.InternalNetwork
	if slices.ContainsFunc(list, func(n port.Network) bool { return a.Since(27, 0) && n.Options[gatewayV4] == "isolated" }) {
		none = port.Isolated
	}
	list = slices.DeleteFunc(list, func(n port.Network) bool { return n.Internal })
	if len(list) == 0 {
		return port.Network{}, none
	}
	return slices.MinFunc(list, func(x, y port.Network) int {
		if x.IPv6 != y.IPv6 && x.Priority == y.Priority {
			if x.IPv6 {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(y.Priority, x.Priority), cmp.Compare(x.Name, y.Name))
	}), 0
}

// placeIn says where the driver of a network binds a published port.
func (a Answer) placeIn(n port.Network, w port.Requirement) port.Requirement {
	switch n.Driver {
	case "macvlan", "ipvlan":
		w.Unbound = port.OwnAddress
		return w
	case "bridge":
	default:
		return w
	}
	v4, v6 := true, true
	if a.Since(27, 0) {
		v4 = n.Options[gatewayV4] != "routed"
		v6 = n.IPv6 && n.Options[gatewayV6] != "routed" || !n.IPv6 && v4 // the proxy sends IPv6 on to the IPv4 address
	}
	address, err := netip.ParseAddr(strings.Trim(n.Options[hostBinding], "[]"))
	if err == nil && !w.Addr.IsValid() && address != netip.IPv4Unspecified() {
		w.Addr = address
	}
	switch everywhere := !w.Addr.IsValid(); {
	case everywhere && !v4 && !v6, w.Addr.Is4() && !v4, w.Addr.Is6() && !v6:
		w.Unbound = port.Routed
	case everywhere && !v6:
		w.Addr = netip.IPv4Unspecified()
	case everywhere && !v4:
		w.Addr = netip.IPv6Unspecified()
	case everywhere:
		w.DualStack = n.IPv6
	}
	return w
}
