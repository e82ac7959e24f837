package netfilter

import (
	"slices"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// itself are the rules that keep the host's own packets from a want that nobody else gets to: one at an address of loopback.
// They go out by the device, with all that stands at output and after routing, and come in by it again. Addresses are
// translated on the way out only.
func (r *Rules) itself(w port.Requirement, engine string) (found []facts.Block) {
	if !w.Addr.IsLoopback() {
		return nil
	}
	for _, p := range r.packets(w) {
		walk := walk{mode: w.Mode, engine: engine}
		walk.links, walk.packet = r.links, p
		blocks := walk.gates(r.bases, output, ports{w.Ports}, nil)
		blocks = append(blocks, walk.gates(r.bases, postrouting, ports{w.Ports}, nil)...)
		again := *p
		again.in, again.out = p.out, device{}
		again.write()
		walk.packet = &again
		mapped := slices.DeleteFunc(slices.Clone(r.bases), func(b base) bool { return b.translates })
		for _, at := range []hook{prerouting, input} {
			blocks = append(blocks, walk.gates(mapped, at, ports{w.Ports}, nil)...)
		}
		answer := again
		answer.answer, answer.in, answer.out = true, device{}, p.out
		answer.write()
		walk.packet = &answer
		for _, at := range []hook{output, postrouting} {
			blocks = withLater(blocks, walk.gates(r.bases, at, ports{w.Ports}, nil))
		}
		if inside, _ := r.container(p, w, engine); inside.IsValid() { // the engine's proxy connects to the container
			in := journey{to: inside, protocol: w.Protocol, source: clientPort, target: target(w).First}
			if there, err := in.ask(r.routes); err == nil && there.errno != 0 {
				way := facts.Way{Lost: facts.Returning, Client: inside, Local: p.to, Errno: there.errno}
				blocks = append(blocks, r.lost(way, p.to, w, facts.Everybody))
			}
		}
		for _, b := range blocks {
			b.Rule.Inside = true
			found = merge(found, b)
		}
	}
	return found
}
