package netfilter

import (
	"net/netip"
	"slices"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// itself are the rules that keep the host's own packets from a want that nobody else gets to: one at an address of loopback.
// They go out by the device, with all that stands at output and after routing, and come in by it again. Addresses are
// translated on the way out only: without a proxy the engine's rules send them to the container there.
func (r *Rules) itself(w port.Requirement, engine string, proxy bool) (found []facts.Block) {
	if !w.Addr.IsLoopback() {
		return nil
	}
	for _, l := range r.links {
		if l.loopback && !l.up {
			b := r.lost(facts.Way{Lost: facts.Down, Device: l.name, Local: w.Addr}, w.Addr, w, facts.All)
			b.Rule.Inside = true
			return []facts.Block{b}
		}
	}
	for _, p := range r.packets(w) {
		blocks := r.filteredItself(p, w, engine, proxy)
		if p.protocol == port.TCP {
			blocks = withLater(blocks, r.filteredItself(p.following(), w, engine, proxy))
		}
		blocks = append(blocks, r.stranded(p, w, engine)...)
		for _, b := range blocks {
			b.Rule.Inside = true
			found = merge(found, b)
		}
	}
	return found
}

func (r *Rules) filteredItself(p *packet, w port.Requirement, engine string, proxy bool) (found []facts.Block) {
	walk := r.walk(p, w.Mode, engine)
	if w.Mode == port.Publish && !proxy && p.v4() && r.translatesFor(engine) {
		// What comes after the translation sees the container's address and port.
		translation := base{hook: output, translates: true}.met()
		late := func(b base) bool { return b.met() > translation }
		found = walk.baseChains(slices.DeleteFunc(slices.Clone(r.bases), late), output, ports{w.Ports}, nil)
		found = append(found, r.untranslated(walk, w)...)
		inner := packet{
			protocol: p.protocol, to: netip.IPv4Unspecified(), out: r.bridge(w, engine), forwarded: &arrival{p.to, w.Ports}, looped: true, later: p.later,
		}
		after := slices.DeleteFunc(slices.Clone(r.bases), func(b base) bool { return !late(b) })
		return withLater(found, r.thereAndBack(inner, p.out, after, w, engine))
	}
	found = walk.baseChains(r.bases, output, ports{w.Ports}, nil)
	found = append(found, walk.baseChains(r.bases, postrouting, ports{w.Ports}, nil)...)
	found = append(found, walk.comeBack(r.bases, ports{w.Ports})...)
	answer := *walk.packet
	answer.answer, answer.in, answer.out = true, device{}, p.out
	answer.write()
	walk.packet = &answer
	for _, at := range []hook{output, postrouting} {
		found = withLater(found, walk.baseChains(r.bases, at, ports{w.Ports}, nil))
	}
	found = withLater(found, walk.comeBack(r.bases, ports{w.Ports}))
	if w.Mode == port.Publish && engine != podman {
		found = withLater(found, r.proxied(p, w, engine))
	}
	return found
}

// comeBack takes a packet that went out by loopback in again. Its connection is mapped already.
func (w *walk) comeBack(bases []base, live ports) (found []facts.Block) {
	again := *w.packet
	again.in, again.out = again.out, device{}
	again.write()
	w.packet = &again
	mapped := slices.DeleteFunc(slices.Clone(bases), func(b base) bool { return b.translates })
	for _, at := range []hook{prerouting, input} {
		found = append(found, w.baseChains(mapped, at, live, nil)...)
	}
	return found
}
