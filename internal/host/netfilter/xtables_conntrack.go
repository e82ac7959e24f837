package netfilter

import (
	"encoding/binary"
	"net/netip"

	"github.com/safeport/safeport/internal/port"
)

// Bits of match_flags and invert_flags (linux/netfilter/xt_conntrack.h).
const (
	trackState           = 1 << 0
	trackProtocol        = 1 << 1
	trackDestination     = 1 << 3
	trackStatus          = 1 << 6
	trackDestinationPort = 1 << 9
	trackDirection       = 1 << 12
	trackStateAlias      = 1 << 13 // the user wrote "-m state"
)

// tracked is the conntrack match: conditions on the connection as it was before its destination was translated.
type tracked struct {
	flags, inverted uint16
	states, status  uint16
	protocol        port.Protocol
	to              netip.Prefix
	ports           port.Range
}

// decodeConntrack reads struct xt_conntrack_mtinfo1 to 3: eight addresses and masks, two times, protocol, four ports, flags,
// inverted flags, states, and status.
func decodeConntrack(revision int, info []byte) step {
	const size, address, mask, protocol, destinationPort, flags, portEnd = 152, 32, 48, 136, 140, 146, 156
	if revision < 1 || revision > 3 || len(info) < size || revision == 3 && len(info) < portEnd+2 {
		return unforeseen{}
	}
	u16 := func(at int) uint16 { return binary.NativeEndian.Uint16(info[at:]) }
	s := tracked{flags: u16(flags), inverted: u16(flags + 2), protocol: port.Protocol(u16(protocol))}
	switch revision {
	case 1:
		s.states, s.status = uint16(info[150]), uint16(info[151])
		s.ports = port.Single(binary.BigEndian.Uint16(info[destinationPort:]))
	case 2:
		s.states, s.status = u16(150), u16(152)
		s.ports = port.Single(binary.BigEndian.Uint16(info[destinationPort:]))
	case 3:
		s.states, s.status = u16(150), u16(152)
		s.ports = port.Range{First: u16(destinationPort), Last: u16(portEnd)}
	}
	bits := 0
	for _, b := range info[mask : mask+16] {
		for ; b&0x80 != 0; b <<= 1 {
			bits++
		}
	}
	s.to = netip.PrefixFrom(netip.AddrFrom16([16]byte(info[address:address+16])), bits)
	return s
}

func (s tracked) run(m *vm) {
	p := m.packet
	state, status := m.state(), p.status()
	if p.translated() {
		state |= stateTranslated
	}
	need := func(flag uint16, holds bool) {
		if s.flags&flag != 0 && holds == (s.inverted&flag != 0) {
			m.live = nil
		}
	}
	if state == stateUntracked {
		state = xtUntracked
	}
	need(trackState, s.states&state != 0)
	if m.noConnection() { // there is no connection, and of the state alone the kernel makes the answer
		if s.flags&trackState == 0 {
			m.live = nil
		}
		return
	}
	need(trackStatus, s.status&status != 0)
	need(trackProtocol, s.protocol == p.protocol)
	if p.proxied {
		m.unsure = m.unsure || s.flags&trackDestination != 0
	} else {
		need(trackDestination, s.toIncludes(p.arrived()))
	}
	need(trackDirection, !p.answer)
	if s.flags&trackDestinationPort != 0 {
		a := p.arrivedAt(s.ports, m.live)
		if s.inverted&trackDestinationPort != 0 {
			a = a.not(m.live)
		}
		m.require(a)
	}
	if s.flags&^(trackState|trackStatus|trackProtocol|trackDestination|trackDestinationPort|trackDirection|trackStateAlias) != 0 {
		m.unsure = true
	}
}

// toIncludes says whether an address lies in the network, which stands in the first bytes for IPv4.
func (s tracked) toIncludes(a netip.Addr) bool {
	network := s.to.Addr()
	if a.Is4() {
		b := network.As16()
		network = netip.AddrFrom4([4]byte(b[:4]))
	}
	return netip.PrefixFrom(network, min(s.to.Bits(), a.BitLen())).Contains(a)
}
