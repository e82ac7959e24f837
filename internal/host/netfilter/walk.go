package netfilter

import (
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/port"
)

// maxDepth is how far jumps nest: the kernel's own bound (NFT_JUMP_STACK_SIZE) is the same, so that no loop gets by.
const maxDepth = 16

// walk follows a packet through the rules.
type walk struct {
	vm
	bases []base
	// keeps says whether the kernel keeps connections of a family.
	keeps  func(v4 bool) bool
	mode   port.Mode // with Publish the engine's own rules are still to come
	engine string    // that will publish the want
	found  []hit
	served ports // those that the engine's own rule, which is still to be made, would take first

	exempted []hit // from tracking
	mapped   []hit // by a rule that comes before the engine's
	dropped  []hit
	accepted ports    // those that may be let by
	entered  []string // chains
}

// walk begins the way of a packet.
func (r *Rules) walk(p *packet, mode port.Mode, engine string) *walk {
	return &walk{vm: vm{links: r.links, packet: p}, bases: r.bases, keeps: r.keepsConnections, mode: mode, engine: engine}
}

// hit is a rule that sends some ports elsewhere, or drops them.
type hit struct {
	*rule
	*table
	chain string
	branch
}

// run follows the packet through all base chains of its hook.
func (w *walk) run(live ports) {
	p, at := w.packet, prerouting
	if p.inside() {
		at = output
	}
	var before base
	for i, b := range w.bases {
		if b.hook != at || !b.serves(p.v4()) || at == output && !sendsAway(w.bases[i:]) {
			continue
		}
		w.come(b)
		if maybe := w.served.without(w.escaped); len(maybe) > 0 && b.ties(before) {
			w.follow(b.chain, maybe, true, 0)
		}
		before = b
		asked := live
		if b.translates {
			asked = live.without(w.escaped)
		}
		if len(asked) > 0 {
			w.follow(b.chain, asked, false, 0)
		}
		if live = w.unmapped(live); len(live) == 0 && len(w.served) == 0 {
			return
		}
	}
}

// sendsAway says whether a chain that translates destinations on their way out is among those that are left. The others
// matter for what they keep from it.
func sendsAway(rest []base) bool {
	return slices.ContainsFunc(rest, func(b base) bool { return b.hook == output && b.translates })
}

// come takes the packet to a base chain.
func (w *walk) come(b base) {
	w.table, w.untracked, w.leaves = b.table, !b.tracks(), b.hook == postrouting || b.hook == egress
}

// follow runs the rules of a chain. The result are the ports that come to its end, or return from it.
func (w *walk) follow(chain string, live ports, unsure bool, depth int) (back ports) {
	rules := w.table.chain(chain)
	for i := range rules {
		if len(live) == 0 {
			break
		}
		if depth == 0 && w.opened(&rules[i]) {
			w.accepted = w.accepted.or(live)
			return back
		}
		escaped := w.escaped
		w.vm.run(&rules[i], live)
		if fresh := w.escaped.without(escaped); len(fresh) > 0 {
			w.exempted = append(w.exempted, hit{&rules[i], w.table, chain, branch{live: fresh, verdict: verdict{code: codeExempt}}})
		}
		if len(w.branches) == 0 {
			continue
		}
		// Rules of other chains run on the same machine.
		branches := append([]branch(nil), w.branches...)
		for _, b := range branches {
			maybe, sure := unsure || b.unsure, !b.unsure
			var returned ports
			switch b.code {
			case codeDivert:
				b.unsure = maybe
				w.found = append(w.found, hit{&rules[i], w.table, chain, b})
				w.accepted = w.accepted.or(b.live)
			case codeDrop, codeReject, codeLeave:
				if b.unsure, b.live = maybe, b.live.without(w.served); len(b.live) > 0 {
					w.dropped = append(w.dropped, hit{&rules[i], w.table, chain, b})
				}
			case codeAccept:
				w.accepted = w.accepted.or(b.live)
			case codeJump, codeGoto:
				returned = w.enter(b.verdict.chain, b.live, maybe, depth)
			case codeReturn:
				returned = b.live
			}
			if !sure {
				continue // they may just as well come to the next rule
			}
			live = live.without(b.live)
			if b.code == codeJump {
				live = live.or(returned)
			} else {
				back = back.or(returned)
			}
		}
	}
	return back.or(live)
}

// enter follows a jump or a goto.
func (w *walk) enter(chain string, live ports, unsure bool, depth int) (back ports) {
	if depth == maxDepth {
		return live
	}
	if w.packet.forwarded != nil && lets(w.engine, w.table.name, chain) {
		if w.engine == podman && !w.packet.answer {
			// It lets by what belongs to a connection, and what the containers send. Before that the administrator is asked.
			if chain == "CNI-FORWARD" {
				live = w.enter("CNI-ADMIN", live, unsure, depth+1)
			}
			if w.packet.first() {
				return live
			}
		}
		// On whatever condition, it is met by the bridge that the engine publishes for.
		w.served, w.accepted = w.served.or(live), w.accepted.or(live)
		return nil
	}
	w.entered = append(w.entered, chain)
	back = w.follow(chain, live, unsure, depth+1)
	if w.mode == port.Publish && !unsure && isEngines(w.table.name, chain) {
		w.served, back = w.served.or(back), nil
	}
	return back
}

// isEngines says whether a container engine appends the rule of a newly published port to the chain. Rules that come
// after it do not see the packets then.
func isEngines(table, chain string) bool {
	return isDockers(table, chain) || strings.EqualFold(chain, "NETAVARK-HOSTPORT-DNAT")
}

// isDockers says whether Docker sends what comes to a published port to the container in the chain.
func isDockers(table, chain string) bool {
	return table == "nat" && chain == "DOCKER" || table == "docker-bridges"
}

// lets says whether a container engine lets packets of what it publishes by in the chain.
func lets(engine, table, chain string) bool {
	if table != "filter" {
		return false
	}
	if engine == podman {
		return chain == "CNI-FORWARD" || chain == "NETAVARK_FORWARD"
	}
	return chain == "DOCKER" || chain == "DOCKER-FORWARD"
}

// podman is the engine that lets no request by: it counts on nobody else dropping them, as Docker does (netavark#532).
const podman = "podman"
