package netfilter

import (
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// baseChains asks the base chains of a hook, in the order in which the packet comes to them. translated is the want whose
// ports live are the container's own.
//
// A chain of type nat is asked about the ports that none before it has mapped. It may drop, too.
func (w *walk) baseChains(bases []base, at hook, live ports, translated *port.Requirement) (found []facts.Block) {
	all, unmapped := live, live
	for _, b := range bases {
		if !w.meets(b, at) {
			continue
		}
		w.found, w.dropped, w.accepted, w.entered, w.served = nil, nil, nil, nil, nil
		w.come(b)
		live = all
		if b.translates {
			live = unmapped.without(w.escaped)
		}
		back := w.follow(b.chain, live, false, 0)
		if b.translates {
			unmapped, w.mapped = w.unmapped(unmapped), append(w.mapped, w.found...)
		}
		if b.translates && (b.drops || len(w.dropped) > 0) && !w.keeps(w.packet.v4()) {
			continue // no packet comes to the chain
		}
		if b.drops {
			if rest := back.without(w.served); len(rest) > 0 && !(translated != nil && w.opensNew(b)) {
				policy := branch{live: rest, verdict: verdict{code: codeDrop}}
				w.dropped = append(w.dropped, hit{&rule{policy: true}, b.table, b.chain, policy})
			}
		} else {
			w.accepted = w.accepted.or(back)
		}
		if translated != nil && w.opensItself(b) {
			continue
		}
		found = append(found, w.blocks(b, translated)...)
	}
	return found
}

// unmapped are the ports for which no rule of the chain that was asked last has set a mapping up, nor will the engine's.
func (w *walk) unmapped(live ports) ports {
	for _, h := range w.found {
		if !h.unsure {
			live = live.without(h.live)
		}
	}
	return live.without(w.served)
}

// meets says whether the packet comes to a base chain of a hook.
func (w *walk) meets(b base, at hook) bool {
	p := w.packet
	switch {
	case b.hook != at || !b.serves(p.v4()):
		return false
	case at == ingress:
		return b.at(p.in) && (p.ethertype == 0 || b.family == "netdev")
	case at == egress:
		return b.at(p.out)
	case !p.first() && b.translates: // it sees the first packet of a connection only
		return false
	case p.answer && p.forwarded != nil && at == postrouting:
		return p.restored == b.restored()
	}
	return true
}

// opensNew says whether the engine lets packets by, for a network that it is still to make, before the policy of the chain is asked:
// its rules name the new bridge.
func (w *walk) opensNew(b base) bool {
	hidden := w.packet.out.hidden || w.packet.answer && w.packet.in.hidden
	return hidden && w.engine == "docker" && b.table.name == "filter" && b.chain == "FORWARD" && b.table.of(w.engine)
}

// opensItself says whether the engine puts its own rules before all others of the chain, once it runs and publishes something:
// in iptables' chain, when it has none there yet, and in its own tables.
func (w *walk) opensItself(b base) bool {
	forwards := b.table.name == "filter" && b.chain == "FORWARD" && !b.table.of(w.engine)
	if w.engine == podman {
		return forwards && w.packet.answer || b.table.name == "netavark"
	}
	return forwards || b.table.name == "docker-bridges"
}
