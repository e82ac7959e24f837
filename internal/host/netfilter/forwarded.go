package netfilter

import (
	"net/netip"

	"github.com/safeport/safeport/internal/port"
)

// arrival is where a packet was sent before its destination was translated.
type arrival struct {
	to    netip.Addr
	ports port.Range
}

// arrived is the address that the client knows.
func (p *packet) arrived() netip.Addr {
	if p.forwarded != nil {
		return p.forwarded.to
	}
	return p.to
}

// arrivedAt says for which of the ports the one that the client knows lies in r.
func (p *packet) arrivedAt(r port.Range, live ports) answer {
	if !p.translated() {
		return answer{live: live.and(r)}
	}
	asked := p.forwarded.ports
	switch {
	case !asked.Overlaps(r):
		return answer{}
	case r.Contains(asked.First) && r.Contains(asked.Last):
		return answer{live: live}
	}
	return answer{live, true} // some of them do, and ports of the container stand for all
}
