package netfilter

import (
	"github.com/safeport/safeport/internal/port"
)

// ports is a set of port numbers: ranges in ascending order that neither meet nor overlap.
type ports []port.Range

// and are the ports of the set that lie in r.
func (p ports) and(r port.Range) ports {
	var both ports
	for _, own := range p {
		if first, last := max(own.First, r.First), min(own.Last, r.Last); first <= last {
			both = append(both, port.Range{First: first, Last: last})
		}
	}
	return both
}

// without are the ports of the set that are in no range of o.
func (p ports) without(o ports) ports {
	for _, cut := range o {
		var rest ports
		for _, own := range p {
			if own.First > cut.Last || own.Last < cut.First {
				rest = append(rest, own)
				continue
			}
			if own.First < cut.First {
				rest = append(rest, port.Range{First: own.First, Last: cut.First - 1})
			}
			if own.Last > cut.Last {
				rest = append(rest, port.Range{First: cut.Last + 1, Last: own.Last})
			}
		}
		p = rest
	}
	return p
}

// or are the ports of both sets.
func (p ports) or(o ports) ports {
	if len(p) == 0 {
		return o
	}
	if len(o) == 0 {
		return p
	}
	var all ports
	for len(p) > 0 || len(o) > 0 {
		next := &p
		if len(p) == 0 || len(o) > 0 && o[0].First < p[0].First {
			next = &o
		}
		r := (*next)[0]
		*next = (*next)[1:]
		if n := len(all); n > 0 && int(r.First) <= int(all[n-1].Last)+1 {
			all[n-1].Last = max(all[n-1].Last, r.Last)
			continue
		}
		all = append(all, r)
	}
	return all
}
