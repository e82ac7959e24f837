package nat

import (
	"slices"

	"safeport/internal/claim"
	"safeport/internal/port"
)

// answers are the filters' rules that keep what a socket answers to a packet from the one who sent it: without an answer
// nobody has a connection. It goes out by the device that the packet came by.
func (r *Rules) answers(p *packet, w port.Want) (found []claim.Block) {
	if !r.leaving {
		return nil
	}
	answer := *p
	answer.answer, answer.in, answer.out = true, device{}, p.in
	answer.write()
	walk := walk{mode: w.Mode}
	walk.links, walk.packet = r.links, &answer
	for _, at := range []hook{output, postrouting} {
		found = append(found, walk.gates(r.bases, at, ports{w.Ports}, nil)...)
	}
	return append(found, r.atDevices(&walk, egress, w.Ports)...)
}

// answersFrom are those that keep a container's answer. It is forwarded as the packet was, back through the bridge, and gets the
// host's address and port again when it has been routed.
func (r *Rules) answersFrom(inner *packet, w port.Want) (found []claim.Block) {
	answer := *inner
	answer.answer, answer.in, answer.out = true, inner.out, device{}
	answer.write()
	walk := walk{mode: w.Mode}
	walk.links, walk.packet = r.links, &answer
	live := ports{target(w)}
	found = walk.gates(r.bases, prerouting, live, &w)
	answer.out = inner.in
	for _, at := range []hook{forward, postrouting} {
		found = append(found, walk.gates(r.bases, at, live, &w)...)
	}
	restored := answer
	restored.restored = true
	restored.write()
	walk.packet = &restored
	found = append(found, walk.gates(r.bases, postrouting, ports{w.Ports}, nil)...)
	return append(found, r.atDevices(&walk, egress, w.Ports)...)
}

// withAnswers adds what keeps answers. A rule that keeps the packets themselves is opened for both.
func withAnswers(found, answers []claim.Block) []claim.Block {
	for _, a := range answers {
		if !slices.ContainsFunc(found, func(b claim.Block) bool {
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
	if !w.packet.answer || w.packet.forwarded == nil || !w.table.engine {
		return false
	}
	for r.decode() {
	}
	for _, s := range r.steps {
		if d, jumps := s.(decide); jumps && isEnginesFilter(w.table.name, d.chain) {
			return true
		}
	}
	return false
}
