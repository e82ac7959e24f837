package netfilter

import (
	"net/netip"
	"slices"
	"syscall"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// clientPort stands for that of any client.
const clientPort = 50000

// maxOwn bounds how many of the host's own addresses in a row are passed over on the search for another's.
const maxOwn = 16

// routed is what the host's routes and devices do to clients of an address: the kernel is asked for the way in and for the way
// back, for clients on the network behind the device, and for one who comes from far away, where there is a way to such.
//
// An address that nobody on its network gets to may still be reached through a router; some clients do then.
func (r *Rules) routed(p *packet, w port.Requirement, engine string) (found []facts.Block) {
	for _, part := range r.byRoute(w) {
		found = append(found, r.routedAlike(p, part, engine)...)
	}
	return found
}

func (r *Rules) routedAlike(p *packet, w port.Requirement, engine string) (found []facts.Block) {
	l := r.link(p.in.index)
	if l == nil || r.routes == nil {
		return nil
	}
	var lost []facts.Way
	reached := 0
	for _, client := range r.clients(l, p.to) {
		way, ok := r.travels(l, p, client, w, engine)
		switch {
		case !ok:
			lost = append(lost, way)
		default:
			reached++
		}
	}
	if len(lost) == 0 && reached == 0 && !r.leadsOut(p.v4()) {
		way := facts.Way{Lost: facts.Returning, Device: l.name, Client: far(p.to), Local: p.to, Errno: syscall.ENETUNREACH}
		return []facts.Block{r.lost(way, p.to, w, facts.All)}
	}
	if len(lost) == 0 {
		return nil
	}
	if stranger := r.stranger(p.to); reached == 0 && stranger.IsValid() {
		if _, ok := r.travels(l, p, stranger, w, engine); ok {
			reached++
		}
	}
	extent := facts.All
	if reached > 0 {
		extent = facts.Most
	}
	if lost[0].Lost == facts.Returning && lost[0].Errno == 0 {
		extent = facts.Most // answers leave by a device that may lead to the client all the same
	}
	return []facts.Block{r.lost(lost[0], p.to, w, extent)}
}

func (r *Rules) lost(way facts.Way, at netip.Addr, w port.Requirement, extent facts.Extent) facts.Block {
	family := "ip"
	if at.Is6() {
		family = "ip6"
	}
	b := facts.Block{
		Rule:  facts.Rule{Backend: facts.Routing, Family: family, Action: facts.Drop, Way: way, Some: extent != facts.All},
		Ports: w.Ports, Addrs: []netip.Addr{at}, Extent: extent,
	}
	if way.Lost == facts.Returning {
		b.Dropped = facts.Replies
	}
	return b
}

// travels says whether a client's packets come to the want, and its answers back.
func (r *Rules) travels(l *link, p *packet, client netip.Addr, w port.Requirement, engine string) (facts.Way, bool) {
	in := journey{from: client, to: p.to, in: l.index, protocol: w.Protocol, source: clientPort, target: w.Ports.First}
	way := facts.Way{Lost: facts.Coming, Device: l.name, Client: client, Local: p.to}
	lost := func(j journey) (facts.Way, bool) {
		if len(r.routedPorts()) > 0 {
			way.Protocol, way.Source, way.Target = w.Protocol.String(), j.source, j.target
		}
		return way, false
	}
	there, err := in.ask(r.routes)
	if err != nil {
		return way, true // it is not known
	}
	// The address is translated before the packet is routed.
	inside, bridge := r.container(p, w, engine)
	if inside.IsValid() {
		in.to, in.target, way.Local = inside, target(w).First, inside
		if there, err = in.ask(r.routes); err != nil {
			return way, true
		}
		// A device that has no containers yet has no carrier, for which routes may be set to be passed over; and a network that is
		// still to be made brings its route, and switches forwarding on.
		idle := r.deviceIdle(bridge)
		if there.errno == syscall.ENETUNREACH && (idle || w.Service != "") || there.errno == syscall.EHOSTUNREACH && w.Service != "" {
			return way, true
		}
	}
	if way.Errno = there.errno; there.errno != 0 { // for a moment a new address of IPv6 has no route yet: no reason to say anything
		return lost(in)
	}
	if o := r.link(there.out); inside.IsValid() && w.Service == "" && o != nil && o.index != bridge.index && there.kind != unix.RTN_LOCAL && !r.deviceIdle(bridge) {
		way.Lost, way.Other, way.Bridge = facts.Astray, o.name, bridge.name
		return lost(in)
	}
	out := journey{from: way.Local, to: client, protocol: w.Protocol, source: in.target, target: clientPort}
	if inside.IsValid() {
		out.in = bridge.index
	}
	back, err := out.ask(r.routes)
	way.Lost = facts.Returning
	switch {
	case err != nil:
		return way, true
	case back.errno != 0:
		way.Errno = back.errno
		return lost(out)
	}
	if o := r.link(back.out); o != nil && o != l && !o.leadsTo(client) && l.leadsTo(client) {
		way.Other = o.name
		return lost(out)
	}
	return way, true
}

// deviceIdle says whether routes by the device are passed over as long as it has no carrier.
func (r *Rules) deviceIdle(l *link) bool {
	return r.deviceSetting(l.name, "ignore_routes_with_linkdown") > 0 && !l.running
}

// leadsTo says whether a client is on the network behind the device.
func (l *link) leadsTo(client netip.Addr) bool {
	return slices.ContainsFunc(l.addrs, func(p netip.Prefix) bool { return p.Contains(client) })
}

// container is an address that a container which is published on the bridge may get, where packets are sent to one.
func (r *Rules) container(p *packet, w port.Requirement, engine string) (netip.Addr, *link) {
	if w.Mode != port.Publish || r.untouched(p, engine) {
		return netip.Addr{}, nil
	}
	return r.containers(engine)
}

// containers is an address that a container on the engine's own bridge may get.
func (r *Rules) containers(engine string) (netip.Addr, *link) {
	for _, l := range r.links {
		if !slices.Contains(bridges(engine), l.name) {
			continue
		}
		for _, prefix := range l.addrs {
			if a := prefix.Addr().Next(); a.Is4() && prefix.Contains(a) {
				return a, l
			}
		}
	}
	return netip.Addr{}, nil
}

// clients are some on the network behind the device: the neighbours that the host has spoken to, or the first that there may be.
func (r *Rules) clients(l *link, own netip.Addr) (list []netip.Addr) {
	const enough = 4
	for _, prefix := range l.addrs {
		if prefix.Addr() != own || prefix.Bits() == own.BitLen() {
			continue
		}
		for _, a := range r.neighboursOf(l) {
			if prefix.Contains(a) && a != own && len(list) < enough {
				list = append(list, a)
			}
		}
		if len(list) > 0 {
			continue
		}
		a := prefix.Masked().Addr().Next()
		for range maxOwn {
			if r.has(a) {
				a = a.Next()
			}
		}
		if prefix.Contains(a) && !r.has(a) {
			list = append(list, a)
		}
	}
	return list
}

// stranger is one from far away, if there is a way to him at all.
func (r *Rules) stranger(own netip.Addr) netip.Addr {
	far := far(own)
	if back, err := (journey{from: own, to: far}).ask(r.routes); err != nil || back.errno != 0 {
		return netip.Addr{}
	}
	return far
}

// far is an address that is far from everywhere.
func far(own netip.Addr) netip.Addr {
	if own.Is6() {
		return netip.MustParseAddr("2001:4860:4860::8888")
	}
	return netip.AddrFrom4([4]byte{8, 8, 8, 8})
}

// leadsOut says whether some route of the family leads to other hosts by a device that has such. Where that is not known one does.
func (r *Rules) leadsOut(v4 bool) bool {
	header := make([]byte, unix.SizeofRtMsg)
	if header[0] = unix.AF_INET6; v4 {
		header[0] = unix.AF_INET
	}
	messages, err := r.routes.Execute(netlink.Message{
		Header: netlink.Header{Type: unix.RTM_GETROUTE, Flags: netlink.Request | netlink.Dump}, Data: header,
	})
	if err != nil {
		return true
	}
	for _, m := range messages {
		if len(m.Data) < unix.SizeofRtMsg || m.Data[7] != unix.RTN_UNICAST {
			continue
		}
		// One by several gateways names no device of its own.
		l := r.link(decodeRoute(m.Data).out)
		if l == nil || l.outer() && !l.loopback && !l.internal(r.links) {
			return true
		}
	}
	return false
}

// stranded is what keeps the host itself, and with it an engine's proxy, from the containers: its routes lead elsewhere, or nowhere.
func (r *Rules) stranded(p *packet, w port.Requirement, engine string) []facts.Block {
	if w.Mode != port.Publish || r.routes == nil {
		return nil
	}
	inside, bridge := r.containers(engine)
	if !inside.IsValid() {
		return nil
	}
	there, err := journey{to: inside, protocol: w.Protocol, source: clientPort, target: target(w).First}.ask(r.routes)
	switch {
	case err != nil || w.Service != "" && there.errno == syscall.ENETUNREACH || r.deviceIdle(bridge):
		return nil
	case there.errno != 0:
		way := facts.Way{Lost: facts.Stranded, Client: inside, Local: p.to, Errno: there.errno}
		return []facts.Block{r.lost(way, p.to, w, facts.All)}
	case there.kind != unix.RTN_LOCAL && there.out != bridge.index && w.Service == "" && r.link(there.out) != nil:
		way := facts.Way{Lost: facts.Astray, Client: inside, Local: p.to, Other: r.link(there.out).name, Bridge: bridge.name}
		return []facts.Block{r.lost(way, p.to, w, facts.All)}
	}
	return nil
}

// renamed is what becomes of answers by UDP that a proxy sends from a socket at all addresses: they come from the one that the
// routes choose, and clients who asked another take them for somebody else's.
func (r *Rules) renamed(p *packet, w port.Requirement) []facts.Block {
	l := r.link(p.in.index)
	if w.Protocol != port.UDP || w.Addr.IsValid() && !w.Addr.IsUnspecified() || l == nil || r.routes == nil {
		return nil
	}
	for _, client := range r.clients(l, p.to) {
		back, err := journey{to: client}.ask(r.routes)
		if err == nil && back.errno == 0 && back.from.IsValid() && back.from != p.to {
			way := facts.Way{Lost: facts.Renamed, Device: l.name, Client: client, Local: p.to, From: back.from}
			return []facts.Block{r.lost(way, p.to, w, facts.Most)} // those are reached who ask the other one
		}
	}
	return nil
}
