package netfilter

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// Blocked are the filters' rules that keep packets from outside from the want, one for each base chain, rule and block of
// ports, and how many addresses the want is reached at from outside. The engine is the one that would publish it, with a
// proxy or by rules alone. Of a want at loopback it is the host itself that is kept from it.
//
// Every base chain is asked for itself: to be let by in one helps nothing in the next, and whoever opens the port has to
// open it in all of them.
func (r *Rules) Blocked(w port.Requirement, engine string, proxy bool) (found []facts.Block, outside int) {
	if w.Ports.Len() == 0 {
		return nil, 0
	}
	strangers := r.external(w)
	if len(strangers) == 0 {
		found = append(r.unreached(w), r.itself(w, engine, proxy)...)
		return found, min(len(found), 1)
	}
	for _, p := range strangers {
		outside++
		for _, b := range r.refuse(p, w, engine, proxy) {
			found = merge(found, b)
		}
	}
	if slices.ContainsFunc(found, func(b facts.Block) bool { return b.Extent == facts.Some }) {
		found = r.neighbourhood(w, engine, proxy, found)
	}
	return found, outside
}

// neighbourhood finds out whether what keeps some clients out, by their addresses, keeps all of those out that are on a network of
// the host's own: most of a service's clients are.
func (r *Rules) neighbourhood(w port.Requirement, engine string, proxy bool, found []facts.Block) []facts.Block {
	same := func(a, b facts.Block) bool {
		return a.Rule.Name() == b.Rule.Name() && a.Base == b.Base && a.Dropped == b.Dropped && a.Ports.Overlaps(b.Ports)
	}
	for _, p := range r.packets(w) {
		if p.inside() || !p.from.IsValid() {
			continue
		}
		for _, b := range r.refuse(p, w, engine, proxy) {
			if b.Extent != facts.All || slices.ContainsFunc(found, func(o facts.Block) bool { return same(o, b) && o.Extent < facts.Some }) {
				continue
			}
			found = slices.DeleteFunc(found, func(o facts.Block) bool { return same(o, b) && o.Extent == facts.Some })
			b.Extent, b.Rule.Some = facts.Most, true
			found = merge(found, b)
		}
	}
	return found
}

// external are packets from anywhere outside, one for each address that the want is reached at.
func (r *Rules) external(w port.Requirement) []*packet {
	return slices.DeleteFunc(r.packets(w), func(p *packet) bool { return p.inside() || p.from.IsValid() })
}

// IPv6FromOutside says whether the host has an address of IPv6 at which packets from outside come to a want.
func (r *Rules) IPv6FromOutside(w port.Requirement) bool {
	return slices.ContainsFunc(r.external(w), func(p *packet) bool { return !p.v4() })
}

// refuse follows a packet to a socket of this host, or through it to a container.
func (r *Rules) refuse(p *packet, w port.Requirement, engine string, proxy bool) []facts.Block {
	var filtered []facts.Block
	if len(r.bases) > 0 {
		filtered = r.filtered(p, w, engine, proxy)
	}
	found := append(r.unasked(p, w), r.routed(p, w, engine)...)
	if proxy && r.taken(p, w, engine) {
		found = append(found, append(r.renamed(p, w), r.stranded(p, w, engine)...)...)
	}
	if len(r.bases) == 0 {
		return found
	}
	found = append(found, filtered...)
	if p.protocol == port.TCP { // one exchange of UDP needs no more than the first packet and the answer
		found = withLater(found, r.filtered(p.following(), w, engine, proxy))
	}
	return withLater(found, r.neighbours(p, w))
}

// filtered are the filters' rules that keep a packet, or what is answered to it.
func (r *Rules) filtered(p *packet, w port.Requirement, engine string, proxy bool) []facts.Block {
	walk := r.walk(p, w.Mode, engine)
	found := r.atDevices(walk, ingress, w.Ports)
	found = append(found, walk.baseChains(r.bases, prerouting, ports{w.Ports}, nil)...)
	if proxy && len(ports{w.Ports}.without(walk.escaped)) == 0 {
		p.untranslated = true
	}
	if w.Mode != port.Publish || r.untouched(p, engine) {
		found = append(found, walk.baseChains(r.bases, input, ports{w.Ports}, nil)...)
		found = withLater(found, r.answers(p, w, engine))
		if r.taken(p, w, engine) {
			found = withLater(found, r.proxied(p, w, engine))
		}
		return found
	}
	if !proxy {
		found = append(found, r.untranslated(walk, w)...)
	}
	inner := *p
	inner.forwarded, inner.out = &arrival{p.to, w.Ports}, r.bridge(w, engine)
	inner.write()
	walk.packet = &inner
	for _, at := range []hook{forward, postrouting} {
		found = append(found, walk.baseChains(r.bases, at, ports{target(w)}, &w)...)
	}
	return withLater(found, r.answersFrom(&inner, w, engine))
}

// untouched says whether no rule of the engine sends the packet on. Those of IPv6 do not: its networks have none unless they are
// asked to.
func (r *Rules) untouched(p *packet, engine string) bool {
	return !p.v4() || !r.translatesFor(engine) || p.untranslated
}

// taken says whether an engine's proxy takes what comes for a want, as no rule sends it on.
func (r *Rules) taken(p *packet, w port.Requirement, engine string) bool {
	return w.Mode == port.Publish && engine != podman && r.untouched(p, engine)
}

// untranslated are the rules that keep packets from a container because the engine's rule, which sends them on, is not asked: no
// connection is kept of them, or a rule before it has sent them to the very port of this host that they came to. They come to the
// engine's own socket, where a proxy would send them on.
func (r *Rules) untranslated(w *walk, want port.Requirement) (found []facts.Block) {
	add := func(h hit, live ports, extent facts.Extent) {
		for _, block := range live {
			b := w.newBlock(base{table: h.table, chain: h.chain}, h)
			b.Ports, b.Extent = block, extent
			if h.code != codeExempt {
				b.Rule.Action, b.Rule.To, b.Rule.Port = h.action, h.to, h.diversion.port
			}
			found = append(found, b)
		}
	}
	for _, h := range w.exempted {
		add(h, h.live, facts.All)
	}
	for _, h := range w.mapped {
		extent := facts.All
		if h.unsure {
			extent = facts.Some
		}
		add(h, h.live.without(r.elsewhere(h, w.packet, want)), extent)
	}
	return found
}

// target are the ports of the container.
func target(w port.Requirement) port.Range {
	if w.Target.Len() == 0 {
		return w.Ports
	}
	return w.Target
}

// bridge is the device behind which a container will be. Only what is started by itself is sure to be in the engine's own
// network. Podman makes the device with the first container, and a project's when that is started: whatever it will be called,
// it is none of Docker's.
func (r *Rules) bridge(w port.Requirement, engine string) device {
	for _, l := range r.links {
		if w.Service == "" && slices.Contains(bridges(engine), l.name) {
			return l.device
		}
	}
	if engine == podman {
		return device{index: -1, name: "podman"}
	}
	return device{hidden: true}
}

// bridges are the devices of an engine's own network.
func bridges(engine string) []string {
	if engine == podman {
		return []string{"podman0", "cni-podman0"}
	}
	return []string{"docker0"}
}

// translatesFor says whether the engine's rules send what it publishes on to containers. Docker has its chains from the start
// on, unless it was told to keep no rules, or somebody has removed them.
func (r *Rules) translatesFor(engine string) bool {
	return engine != "docker" || slices.ContainsFunc(r.bases, func(b base) bool { return b.publishes && b.serves(true) })
}

// blocks are the rules by which a base chain drops ports. One that drops all that comes to it says more than those that drop
// some of it on their way.
func (w *walk) blocks(b base, translated *port.Requirement) (found []facts.Block) {
	var sure ports
	for _, h := range w.dropped {
		if !h.unsure {
			sure = sure.or(h.live)
		}
	}
	for _, h := range w.dropped {
		add := func(extent facts.Extent, live ports) {
			for _, r := range live {
				block := w.newBlock(b, h)
				block.Extent, block.Ports = extent, r
				if translated != nil {
					block.Forwarded, block.Ports = true, outer(r, *translated)
				}
				found = append(found, block)
			}
		}
		if h.unsure {
			add(facts.Some, h.live.without(sure))
			continue
		}
		add(facts.All, h.live.without(w.accepted))
		add(facts.Most, h.live.without(h.live.without(w.accepted)))
	}
	return found
}

func (w *walk) newBlock(b base, h hit) facts.Block {
	action := facts.Drop
	switch h.code {
	case codeReject:
		action = facts.Reject
	case codeLeave:
		action = facts.Leave
	case codeExempt:
		action = facts.Exempt
	}
	block := facts.Block{
		Rule: facts.Rule{
			Backend: h.backend, Family: h.family, Table: h.table.name, Chain: h.chain, Handle: h.handle, Number: h.number,
			Policy: h.policy, Comment: h.comment, Author: author(h.table.name, h.chain), Action: action, Some: h.unsure,
		},
		Base: b.chain, Addrs: []netip.Addr{w.packet.arrived()}, Dropped: w.packet.kept(),
	}
	for _, chain := range w.entered {
		// A program that manages the whole filter sets the policy as well.
		if by := author("", chain); h.policy && block.Rule.Author == "" && (by == "ufw" || by == "firewalld") {
			block.Rule.Author = by
		}
		if zone := zoneOf(chain); zone != "" && block.Zone == "" {
			block.Zone = zone
		}
	}
	return block
}

// zoneOf is the zone of firewalld that a chain is of: filter_IN_public, and in iptables IN_public.
func zoneOf(chain string) string {
	name, ok := strings.CutPrefix(strings.TrimPrefix(chain, "filter_"), "IN_")
	if !ok || strings.HasPrefix(name, "policy_") {
		return ""
	}
	return name
}

// outer are the host's ports that the container's ports are published at.
func outer(r port.Range, w port.Requirement) port.Range {
	if w.Target.Len() != w.Ports.Len() {
		return w.Ports
	}
	offset := w.Ports.First - w.Target.First
	return port.Range{First: r.First + offset, Last: r.Last + offset}
}

// merge puts addresses at which a rule does the same together.
func merge(list []facts.Block, b facts.Block) []facts.Block {
	for i, o := range list {
		if o.Rule.Name() == b.Rule.Name() && o.Base == b.Base && o.Ports == b.Ports && o.Extent == b.Extent && o.Forwarded == b.Forwarded && o.Dropped == b.Dropped {
			list[i].Addrs = append(o.Addrs, b.Addrs...)
			return list
		}
	}
	return append(list, b)
}
