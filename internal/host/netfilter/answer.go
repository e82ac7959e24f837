package netfilter

import (
	"net/netip"
	"slices"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// answers are the filters' rules that keep what a socket answers to a packet from the one who sent it: without an answer
// nobody has a connection. It goes out by the device that the packet came by.
func (r *Rules) answers(p *packet, w port.Requirement, engine string) (found []facts.Block) {
	if !r.leaving {
		return nil
	}
	answer := *p
	answer.answer, answer.in, answer.out = true, device{}, p.in
	answer.write()
	walk := r.walk(&answer, w.Mode, engine)
	for _, at := range []hook{output, postrouting} {
		found = append(found, walk.baseChains(r.bases, at, ports{w.Ports}, nil)...)
	}
	return append(found, r.atDevices(walk, egress, w.Ports)...)
}

// answersFrom are those that keep a container's answer. It is forwarded as the packet was, back through the bridge, and gets the
// host's address and port again when it has been routed.
func (r *Rules) answersFrom(inner *packet, w port.Requirement, engine string) (found []facts.Block) {
	answer := *inner
	answer.answer, answer.in, answer.out = true, inner.out, device{}
	answer.write()
	walk := r.walk(&answer, w.Mode, engine)
	live := ports{target(w)}
	found = walk.baseChains(r.bases, prerouting, live, &w)
	answer.out = inner.in
	for _, at := range []hook{forward, postrouting} {
		found = append(found, walk.baseChains(r.bases, at, live, &w)...)
	}
	restored := answer
	restored.restored = true
	restored.write()
	walk.packet = &restored
	found = append(found, walk.baseChains(r.bases, postrouting, ports{w.Ports}, nil)...)
	return append(found, r.atDevices(walk, egress, w.Ports)...)
}

// proxied are those that keep an engine's proxy from the container, to which it connects by IPv4 as any program of the host, or the
// container's answers from the proxy.
func (r *Rules) proxied(p *packet, w port.Requirement, engine string) []facts.Block {
	inner := packet{protocol: p.protocol, to: netip.IPv4Unspecified(), out: r.bridge(w, engine), forwarded: &arrival{p.to, w.Ports}, proxied: true, later: p.later}
	return r.thereAndBack(inner, inner.out, r.bases, w, engine)
}

// thereAndBack are the rules that keep a packet of the host itself from a container, or the answer from the host. sending are the chains at
// output that see the packet as it is sent on; those see the device, too, that it was to leave by first.
func (r *Rules) thereAndBack(inner packet, first device, sending []base, w port.Requirement, engine string) (found []facts.Block) {
	made, answer := inner, inner
	made.out = first
	answer.answer, answer.in, answer.out = true, inner.out, device{}
	ways := []struct {
		packet *packet
		bases  []base
		hooks  []hook
	}{{&made, sending, []hook{output}}, {&inner, r.bases, []hook{postrouting}}, {&answer, r.bases, []hook{prerouting, input}}}
	for _, way := range ways {
		way.packet.write()
		walk := r.walk(way.packet, w.Mode, engine)
		for _, at := range way.hooks {
			found = append(found, walk.baseChains(way.bases, at, ports{target(w)}, &w)...)
		}
	}
	return found
}

// kept says which packets a rule keeps that drops this one.
func (p *packet) kept() facts.Dropped {
	switch {
	case p.neighbour:
		return facts.Neighbour
	case p.proxied:
		return facts.Proxied
	case p.answer:
		return facts.Replies
	}
	return facts.Requests
}

// withLater adds what keeps packets that come later. A rule that keeps the first is opened for all.
func withLater(found, later []facts.Block) []facts.Block {
	for _, a := range later {
		if !slices.ContainsFunc(found, func(b facts.Block) bool {
			return b.Rule.Name() == a.Rule.Name() && b.Base == a.Base && b.Ports == a.Ports && b.Extent <= a.Extent
		}) {
			found = append(found, a)
		}
	}
	return found
}

// restored says whether a chain after routing sees a container's answer from where the client asked (NF_IP_PRI_NAT_SRC).
func (b base) restored() bool { return b.priority >= 100 }

// opened says whether a rule is the first of an engine's own in a chain that it writes to. It lets the answers of what it
// publishes by there, for networks that are still to be made, too.
func (w *walk) opened(r *rule) bool {
	if !w.packet.answer || w.packet.forwarded == nil || !w.table.of(w.engine) {
		return false
	}
	for r.decode() {
	}
	for _, s := range r.steps {
		if d, jumps := s.(decide); jumps && lets(w.engine, w.table.name, d.chain) {
			return true
		}
	}
	return false
}
