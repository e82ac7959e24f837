package netfilter

import (
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// neighbours are the rules that keep other hosts of the network, and the router among them, from finding the device that has
// the address: they ask by ARP or ICMPv6 before they send anything. Only those that keep all of it count.
func (r *Rules) neighbours(p *packet, w port.Requirement) (found []facts.Block) {
	if l := r.link(p.in.index); l == nil || l.quiet || l.hardware != unix.ARPHRD_ETHER {
		return nil
	}
	request := packet{to: p.to, in: p.in, neighbour: true}
	if p.v4() {
		request.ethertype = unix.ETH_P_ARP // which chains at devices see, and no others that are followed
	} else {
		request.protocol = unix.IPPROTO_ICMPV6
	}
	answer := request
	answer.answer, answer.in, answer.out = true, device{}, p.in
	for _, q := range []*packet{&request, &answer} {
		q.write()
		walk := r.walk(q, w.Mode, "")
		hooks, device := []hook{prerouting, input}, ingress
		if q.answer {
			hooks, device = []hook{output, postrouting}, egress
		}
		for _, at := range hooks {
			if !p.v4() {
				found = append(found, walk.baseChains(r.bases, at, ports{w.Ports}, nil)...)
			}
		}
		found = append(found, r.atDevices(walk, device, w.Ports)...)
	}
	all := found[:0]
	for _, b := range found {
		if b.Extent == facts.All {
			all = append(all, b)
		}
	}
	return all
}

// writeNeighbour writes the headers of a question, or of the answer to it.
func (p *packet) writeNeighbour() {
	to := known(p.to.AsSlice())
	if p.v4() {
		// The kinds of both addresses, their lengths and what is meant, then those of the sender and of the one who is asked.
		const sender, asked = 14, 24
		copy(p.network[:], known([]byte{0, unix.ARPHRD_ETHER, 8, 0, 6, 4, 0, 1}))
		if p.answer {
			p.network[7] = sure(2)
			copy(p.network[sender:], to)
			return
		}
		copy(p.network[asked:], to)
		p.writeFrame([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
		return
	}
	const protocol, hops, source, destination, solicitation, advertisement = 6, 7, 8, 24, 135, 136
	p.network[protocol], p.network[hops] = sure(unix.IPPROTO_ICMPV6), sure(255)
	p.transport[1] = sure(0) // the code
	if p.answer {
		p.transport[0] = sure(advertisement)
		copy(p.network[source:], to)
		return
	}
	p.transport[0] = sure(solicitation)
	group := p.to.As16() // ff02::1:ff00:0, and the end of the address
	copy(group[:], []byte{0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff})
	copy(p.network[destination:], known(group[:]))
	p.writeFrame(append([]byte{0x33, 0x33}, group[12:]...))
}

// addressed says to whom a device took the packet to be: to this host, or to many.
func (p *packet) addressed() byte {
	switch {
	case !p.neighbour || p.answer:
		return unix.PACKET_HOST
	case p.v4():
		return unix.PACKET_BROADCAST
	}
	return unix.PACKET_MULTICAST
}
