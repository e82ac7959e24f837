package netfilter

import (
	"slices"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// atDevices asks the chains that stand at devices, on the way in or out: at the one that has the address, and at those below.
// Where there are several ways, each client's packets come by one of them.
func (r *Rules) atDevices(w *walk, at hook, asked port.Range) []facts.Block {
	if !slices.ContainsFunc(r.bases, func(b base) bool { return b.hook == at }) {
		return nil
	}
	p := w.packet
	index := p.in.index
	if at == egress {
		index = p.out.index
	}
	l := r.link(index)
	if l == nil {
		return nil
	}
	var each [][]facts.Block
	for _, way := range r.ways(l) {
		if at == egress {
			slices.Reverse(way)
		}
		var found []facts.Block
		for i, l := range way {
			if at == ingress {
				w.packet = p.comesTo(way, i)
			} else {
				q := *p
				q.out = l.device
				w.packet = &q
			}
			found = append(found, w.baseChains(r.bases, at, ports{asked}, nil)...)
		}
		each = append(each, found)
	}
	w.packet = p
	return everyWay(each, ports{asked})
}

// everyWay puts together what is found on each of several ways. Ports that all clients are kept from on one way, and are not
// on another, are kept from a few.
func everyWay(each [][]facts.Block, shut ports) (all []facts.Block) {
	if len(each) == 1 {
		return each[0]
	}
	for _, found := range each {
		var here ports
		for _, b := range found {
			if b.Extent == facts.All {
				here = here.or(ports{b.Ports})
			}
		}
		shut = shut.without(shut.without(here))
	}
	for _, found := range each {
		for _, b := range found {
			part := func(extent facts.Extent, live ports) {
				for _, r := range live {
					c := b
					c.Extent, c.Ports, c.Rule.Some = extent, r, extent == facts.Some
					if !slices.ContainsFunc(all, func(o facts.Block) bool { return o.Rule.Name() == c.Rule.Name() && o.Ports == r }) {
						all = append(all, c)
					}
				}
			}
			open := ports{b.Ports}.without(shut)
			if b.Extent == facts.All {
				part(facts.All, ports{b.Ports}.without(open))
			}
			if b.Extent != facts.All {
				open = ports{b.Ports}
			}
			part(facts.Some, open)
		}
	}
	return all
}
