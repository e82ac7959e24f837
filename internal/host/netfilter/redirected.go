package netfilter

import (
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// maxPackets bounds the ways to a port that are looked at. Hosts have a few addresses; some balancers give theirs thousands.
const maxPackets = 128

// Redirected are the rules that send packets for the want elsewhere, one port use for each rule and block of ports. The
// binding of a port use is an address at which it takes them.
func (r *Rules) Redirected(w port.Requirement) []facts.PortUse {
	var found []facts.PortUse
	if w.Ports.Len() == 0 {
		return nil
	}
	if len(r.bases) == 0 {
		return r.redirectedByPrograms(w, r.balanced(w, r.flows(w)))
	}
	packets := r.packets(w)
	beyond := slices.ContainsFunc(packets, func(p *packet) bool { return !r.within(p.to) })
	for _, p := range packets {
		walk := r.walk(p, w.Mode, "")
		walk.run(ports{w.Ports})
		for _, h := range walk.found {
			for _, block := range r.elsewhere(h, p, w) {
				// Only the host itself is sent away from loopback, or from its address on a bridge of containers, and reaches
				// the want at its other addresses.
				h.unsure = h.unsure || p.inside() && r.within(p.to) && beyond
				found = add(found, newPortUse(h, p, block))
			}
		}
	}
	for _, c := range r.flows(w) {
		if !slices.ContainsFunc(found, func(o facts.PortUse) bool { return o.Rule.To == c.Rule.To && o.Ports.Overlaps(c.Ports) }) {
			found = append(found, c) // the rule that sent its first packet is gone
		}
	}
	return r.redirectedByPrograms(w, r.balanced(w, found))
}

// within says whether an address is one that hosts elsewhere do not come to: of loopback, or of a bridge that has containers alone.
func (r *Rules) within(a netip.Addr) bool {
	if a.IsLoopback() {
		return true
	}
	found := false
	for _, l := range r.links {
		if slices.ContainsFunc(l.addrs, func(own netip.Prefix) bool { return own.Addr() == a }) {
			if !l.internal(r.links) {
				return false
			}
			found = true
		}
	}
	return found
}

// packets are the ways to the want: from outside and from the host itself, at every address that it covers.
func (r *Rules) packets(w port.Requirement) []*packet {
	var list []*packet
	loopback := device{}
	for _, l := range r.links {
		if l.loopback {
			loopback = l.device
		}
	}
	send := func(p packet) {
		if len(list) < maxPackets {
			p.protocol = w.Protocol
			p.write()
			list = append(list, &p)
		}
	}
	for _, l := range r.links {
		for _, prefix := range l.addrs {
			a := prefix.Addr()
			if !l.up || !covers(w, a) {
				continue
			}
			if r.outside(w, l, a) {
				send(packet{to: a, in: l.device})
				send(packet{to: a, in: l.device, from: prefix})
			}
			send(packet{to: a, out: loopback, from: netip.PrefixFrom(a, a.BitLen())})
		}
	}
	if a := w.Addr.WithZone(""); a.IsLoopback() && !r.has(a) {
		send(packet{to: a, out: loopback, from: loopbackNetwork}) // all of 127.0.0.0/8 is the host's
	}
	return list
}

var loopbackNetwork = netip.MustParsePrefix("127.0.0.0/8")

// has says whether a device of the host has the address.
func (r *Rules) has(a netip.Addr) bool {
	return slices.ContainsFunc(r.links, func(l *link) bool {
		return slices.ContainsFunc(l.addrs, func(own netip.Prefix) bool { return own.Addr() == a })
	})
}

// here says whether packets for an address come to a socket of this host: a device has it, or a route says so. Where that is
// not known they do.
func (r *Rules) here(a netip.Addr) bool {
	if a.IsLoopback() || r.has(a) || r.routes == nil {
		return true
	}
	found, err := journey{to: a}.ask(r.routes)
	return err != nil || found.kind == unix.RTN_LOCAL
}

// outside says whether packets from outside come by a device to a want, at an address that it has.
func (r *Rules) outside(w port.Requirement, l *link, a netip.Addr) bool {
	return l.usable() && !l.loopback && covers(w, a) && (w.Addr == a || !l.internal(r.links))
}

// covers says whether the want is reached at an address of the host. Link-local addresses count only where they are asked
// for.
func covers(w port.Requirement, a netip.Addr) bool {
	if a.IsLinkLocalUnicast() {
		return w.Addr.WithZone("") == a
	}
	return slices.ContainsFunc(w.Bindings(), func(b port.Binding) bool {
		return b.Conflicts(port.Binding{Addr: a, V6Only: true})
	})
}

// elsewhere are the ports of a hit that really go somewhere else: a rule may send a port to itself.
func (r *Rules) elsewhere(h hit, p *packet, w port.Requirement) ports {
	home := h.to
	if !home.IsValid() && (h.action == facts.DNAT || !p.inside()) {
		home = p.to // a redirection goes to the first address of the device, which the packet was most likely sent to
	}
	if !home.IsValid() {
		home = netip.IPv6Loopback()
		if p.v4() {
			home = netip.AddrFrom4([4]byte{127, 0, 0, 1})
		}
	}
	isHere := home.IsLoopback() && r.entersLoopback(p) || r.has(home) && !home.IsLoopback()
	switch {
	case h.open || !isHere || !covers(w, home):
		return h.live
	case h.diversion.port.Len() == 0:
		return nil // the same port of this host
	case h.diversion.port.Len() == 1:
		return h.live.without(ports{h.diversion.port})
	}
	return h.live
}

// entersLoopback says whether a packet gets in that was sent to a loopback address. From outside it is one that nobody may have
// sent (a martian), unless net.ipv4.conf.*.route_localnet says otherwise.
func (r *Rules) entersLoopback(p *packet) bool {
	return p.inside() || p.v4() && r.deviceSetting(p.in.name, "route_localnet") > 0
}

func newPortUse(h hit, p *packet, block port.Range) facts.PortUse {
	return facts.PortUse{
		Protocol: p.protocol, Binding: port.Binding{Addr: p.to, V6Only: true}, Ports: block,
		State: facts.Redirecting, Source: sourceName(h.backend),
		Rule: &facts.Rule{
			Backend: h.backend, Family: h.family, Table: h.table.name, Chain: h.chain, Handle: h.handle, Number: h.number,
			Comment: h.comment, Author: author(h.table.name, h.chain),
			Action: h.action, To: h.to, Port: h.diversion.port, Some: h.unsure, Inside: p.inside(),
		},
	}
}

// add keeps one port use a rule and block. That a rule takes all packets says more than that it takes some, and that it takes
// those from outside more than that it takes the host's own.
func add(list []facts.PortUse, c facts.PortUse) []facts.PortUse {
	for i, o := range list {
		if o.Ports == c.Ports && o.Rule.Name() == c.Rule.Name() && o.Source == c.Source {
			if o.Rule.Some && !c.Rule.Some || o.Rule.Some == c.Rule.Some && o.Rule.Inside && !c.Rule.Inside {
				list[i] = c
			}
			return list
		}
	}
	return append(list, c)
}

// balanced adds the services of IPVS that take wanted ports. They see packets after destinations were translated, on
// their way to a socket (NF_INET_LOCAL_IN), and so none for an address that is not this host's. A service at port 0 has all
// ports of its address.
func (r *Rules) balanced(w port.Requirement, found []facts.PortUse) []facts.PortUse {
	for _, s := range r.services {
		block := ports{w.Ports}
		if s.at.Port() != 0 {
			block = block.and(port.Single(s.at.Port()))
		}
		if s.protocol != w.Protocol || len(block) == 0 || !covers(w, s.at.Addr()) || !r.here(s.at.Addr()) {
			continue
		}
		rule := &facts.Rule{Backend: facts.IPVS, Action: facts.Balance}
		if s.to.IsValid() {
			rule.To = s.to.Addr()
			if s.to.Port() != 0 {
				rule.Port = port.Single(s.to.Port())
			}
		}
		found = append(found, facts.PortUse{
			Protocol: w.Protocol, Binding: port.Binding{Addr: s.at.Addr(), V6Only: true}, Ports: block[0],
			State: facts.Redirecting, Source: sourceName(facts.IPVS), Rule: rule,
		})
	}
	return found
}
