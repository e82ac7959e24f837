package netfilter

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// The expressions of nf_tables that fill registers. Registers are places, see [register].

type loadPayload struct {
	base       uint32
	offset, at int
	size       int
}

func (s loadPayload) run(m *vm) {
	if s.base == transportHeader && m.packet.ethertype != 0 {
		m.live = nil // there is none, and the rule ends
		return
	}
	if cells := m.regs.slice(s.at, s.size); cells != nil {
		m.packet.header(s.base, s.offset, cells)
		m.regs.load(s.at+s.size, nil)
	}
}

type loadMeta struct {
	key uint32
	at  int
}

func (s loadMeta) run(m *vm) {
	p := m.packet
	switch s.key {
	case unix.NFT_META_L4PROTO:
		if p.ethertype != 0 {
			m.live = nil
			break
		}
		m.regs.load(s.at, []cell{sure(byte(p.protocol))})
	case unix.NFT_META_NFPROTO:
		if m.table.family == "netdev" {
			m.regs.load(s.at, []cell{sure(unix.NFPROTO_NETDEV)})
			break
		}
		m.regs.load(s.at, []cell{sure(p.family())})
	case unix.NFT_META_PROTOCOL:
		m.regs.load(s.at, p.protocolOfFrame())
	case unix.NFT_META_IIFTYPE: // of the device that has the packet (seen in 6.18)
		if m.leaves {
			m.loadHardware(s.at, p.out)
		} else {
			m.loadHardware(s.at, p.in)
		}
	case unix.NFT_META_OIFTYPE:
		m.loadHardware(s.at, p.out)
	case unix.NFT_META_IIF:
		m.regs.load(s.at, p.in.indexCells())
	case unix.NFT_META_OIF:
		m.regs.load(s.at, p.out.indexCells())
	case unix.NFT_META_IIFNAME:
		m.regs.load(s.at, p.in.nameCells())
	case unix.NFT_META_OIFNAME:
		m.regs.load(s.at, p.out.nameCells())
	case unix.NFT_META_IIFGROUP:
		m.loadGroup(s.at, p.in)
	case unix.NFT_META_OIFGROUP:
		m.loadGroup(s.at, p.out)
	case unix.NFT_META_PKTTYPE:
		m.regs.load(s.at, []cell{sure(p.addressed())})
	case unix.NFT_META_MARK:
		if m.marked {
			m.regs.forget(s.at, 4)
			break
		}
		m.regs.load(s.at, known(make([]byte, 4)))
	default:
		m.regs.forget(s.at, unix.IFNAMSIZ)
	}
}

// loadHardware loads the kind of a device.
func (m *vm) loadHardware(at int, d device) {
	m.loadOf(d, at, binary.NativeEndian.AppendUint16(nil, d.hardware))
}

// loadGroup loads the group that a device is in.
func (m *vm) loadGroup(at int, d device) {
	m.loadOf(d, at, binary.NativeEndian.AppendUint32(nil, d.group))
}

// loadOf loads something of a device. Without a device the rule ends.
func (m *vm) loadOf(d device, at int, something []byte) {
	switch {
	case d.hidden:
		m.regs.forget(at, 4)
	case d.index == 0:
		m.live = nil
	default:
		m.regs.load(at, known(something))
	}
}

// join is a rule that sets the mark of a connection.
type join struct{}

func (join) run(m *vm) { m.joined = true }

// mark is a rule that sets one. Whether other packets than those of its conditions have it is not followed.
type mark struct{}

func (mark) run(m *vm) { m.marked = true }

// loadFib asks the routes. The destination is this host; and a client that the host answers to is a stranger, to whom a route
// leads through the device that the packet came by.
type loadFib struct {
	result, flags uint32
	at            int
}

func (s loadFib) run(m *vm) {
	p, of := m.packet, s.flags&(unix.NFTA_FIB_F_DADDR|unix.NFTA_FIB_F_SADDR)
	kind := func(n uint32) { m.regs.load(s.at, known(binary.NativeEndian.AppendUint32(nil, n))) }
	outside := of == unix.NFTA_FIB_F_SADDR && !p.inside() && !p.answer
	switch {
	case p.answer:
		s.loadAnswer(m, kind)
	case s.result == unix.NFT_FIB_RESULT_ADDRTYPE && of == unix.NFTA_FIB_F_DADDR && p.neighbour:
		kind(unix.RTN_MULTICAST)
	case s.result == unix.NFT_FIB_RESULT_ADDRTYPE && of == unix.NFTA_FIB_F_DADDR && p.forwarded == nil:
		kind(unix.RTN_LOCAL)
	case s.result == unix.NFT_FIB_RESULT_ADDRTYPE && (outside || of == unix.NFTA_FIB_F_DADDR):
		kind(unix.RTN_UNICAST)
	case s.flags&unix.NFTA_FIB_F_PRESENT != 0 && outside:
		m.regs.load(s.at, known([]byte{1}))
	case s.result == unix.NFT_FIB_RESULT_OIF && outside:
		m.regs.load(s.at, p.in.indexCells())
	case s.result == unix.NFT_FIB_RESULT_OIFNAME && outside:
		m.regs.load(s.at, p.in.nameCells())
	default:
		m.regs.forget(s.at, unix.IFNAMSIZ)
	}
}

// loadAnswer asks for the route of an answer, which comes from this host or a container, and goes to a stranger.
func (s loadFib) loadAnswer(m *vm, kind func(uint32)) {
	from := s.flags&unix.NFTA_FIB_F_SADDR != 0
	switch {
	case s.result == unix.NFT_FIB_RESULT_ADDRTYPE && from && m.packet.inside():
		kind(unix.RTN_LOCAL)
	case s.result == unix.NFT_FIB_RESULT_ADDRTYPE && !from && m.packet.returned():
		kind(unix.RTN_LOCAL)
	case s.result == unix.NFT_FIB_RESULT_ADDRTYPE:
		kind(unix.RTN_UNICAST)
	case s.flags&unix.NFTA_FIB_F_PRESENT != 0:
		m.regs.load(s.at, known([]byte{1}))
	default:
		m.regs.forget(s.at, unix.IFNAMSIZ)
	}
}

type loadValue struct {
	at    int
	cells []cell
}

func (s loadValue) run(m *vm) { m.regs.load(s.at, s.cells) }

// loadUnknown is any expression whose result nobody knows beforehand: a random number, a hash, a route.
type loadUnknown struct{ at int }

func (s loadUnknown) run(m *vm) { m.regs.forget(s.at, 16) }

// loadRandom is a number below the modulus, a new one for each connection.
type loadRandom struct {
	at      int
	modulus int
}

func (s loadRandom) run(m *vm) {
	m.regs.forget(s.at, 4)
	m.random = s
}
