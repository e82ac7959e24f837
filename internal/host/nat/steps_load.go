package nat

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

func (s loadPayload) run(m *machine) {
	if cells := m.regs.slice(s.at, s.size); cells != nil {
		m.packet.header(s.base, s.offset, cells)
		m.regs.load(s.at+s.size, nil)
	}
}

type loadMeta struct {
	key uint32
	at  int
}

func (s loadMeta) run(m *machine) {
	p := m.packet
	switch s.key {
	case unix.NFT_META_L4PROTO:
		m.regs.load(s.at, []cell{sure(byte(p.protocol))})
	case unix.NFT_META_NFPROTO:
		m.regs.load(s.at, []cell{sure(p.family())})
	case unix.NFT_META_PROTOCOL:
		protocol := uint16(unix.ETH_P_IP)
		if !p.v4() {
			protocol = unix.ETH_P_IPV6
		}
		m.regs.load(s.at, known(binary.BigEndian.AppendUint16(nil, protocol)))
	case unix.NFT_META_IIF:
		m.regs.load(s.at, p.in.indexCells())
	case unix.NFT_META_OIF:
		m.regs.load(s.at, p.out.indexCells())
	case unix.NFT_META_IIFNAME:
		m.regs.load(s.at, p.in.nameCells())
	case unix.NFT_META_OIFNAME:
		m.regs.load(s.at, p.out.nameCells())
	case unix.NFT_META_PKTTYPE:
		m.regs.load(s.at, []cell{sure(unix.PACKET_HOST)})
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

// mark is a rule that sets one. Whether other packets than those of its conditions have it is not followed.
type mark struct{}

func (mark) run(m *machine) { m.marked = true }

// loadConntrack knows that the packet is the first of its connection.
type loadConntrack struct {
	key      uint32
	at       int
	original bool // it asks for the connection as the client made it
}

const stateNew = 1 << 3 // NF_CT_STATE_BIT(IP_CT_NEW)

func (s loadConntrack) run(m *machine) {
	switch s.key {
	case unix.NFT_CT_STATE:
		m.regs.load(s.at, known(binary.NativeEndian.AppendUint32(nil, stateNew)))
	case unix.NFT_CT_DIRECTION:
		m.regs.load(s.at, []cell{sure(0)})
	case unix.NFT_CT_STATUS:
		status := uint32(0)
		if m.packet.forwarded != nil {
			status = statusTranslated
		}
		m.regs.load(s.at, known(binary.NativeEndian.AppendUint32(nil, status)))
	case unix.NFT_CT_PROTO_DST:
		s.loadPort(m)
	default:
		m.regs.forget(s.at, 16)
	}
}

func (s loadConntrack) loadPort(m *machine) {
	asked := m.packet.forwarded
	switch {
	case s.original && asked == nil:
		m.regs.load(s.at, wantedPort[:])
	case s.original && asked.ports.Len() == 1:
		m.regs.load(s.at, known(binary.BigEndian.AppendUint16(nil, asked.ports.First)))
	default:
		m.regs.forget(s.at, 4)
	}
}

// loadFib asks the routes. The destination is this host; and a client that the host answers to is a stranger, to whom a route
// leads through the device that the packet came by.
type loadFib struct {
	result, flags uint32
	at            int
}

func (s loadFib) run(m *machine) {
	p, of := m.packet, s.flags&(unix.NFTA_FIB_F_DADDR|unix.NFTA_FIB_F_SADDR)
	kind := func(n uint32) { m.regs.load(s.at, known(binary.NativeEndian.AppendUint32(nil, n))) }
	outside := of == unix.NFTA_FIB_F_SADDR && !p.inside()
	switch {
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

type loadValue struct {
	at    int
	cells []cell
}

func (s loadValue) run(m *machine) { m.regs.load(s.at, s.cells) }

// loadUnknown is any expression whose result nobody knows beforehand: a random number, a hash, a route.
type loadUnknown struct{ at int }

func (s loadUnknown) run(m *machine) { m.regs.forget(s.at, 16) }

// loadRandom is a number below the modulus, a new one for each connection.
type loadRandom struct {
	at      int
	modulus int
}

func (s loadRandom) run(m *machine) {
	m.regs.forget(s.at, 4)
	m.random = s
}

type bitwise struct {
	from, at, size int
	mask, xor      []byte // nil: an operation that is not followed
}

func (s bitwise) run(m *machine) {
	cells := m.regs.slice(s.from, s.size)
	if cells == nil || len(s.mask) != s.size || len(s.xor) != s.size {
		m.regs.forget(s.at, max(s.size, 0))
		return
	}
	result := make([]cell, s.size)
	for i, c := range cells {
		switch {
		case c.port == noPort:
			result[i] = cell{value: c.value&s.mask[i] ^ s.xor[i], known: c.known | ^s.mask[i]}
			result[i].value &= result[i].known
		case s.mask[i] == 0xff && s.xor[i] == 0:
			result[i] = c
		}
	}
	m.regs.load(s.at, result)
}

// byteOrder turns numbers of this machine into numbers of the network, or back.
type byteOrder struct{ from, at, length, size int }

func (s byteOrder) run(m *machine) {
	if s.length < s.size && s.from == s.at {
		return // nft asks for it after "meta l4proto", which has one byte; the kernel then does nothing
	}
	cells := m.regs.slice(s.from, s.length)
	if cells == nil || s.size < 2 || s.size > 8 || s.length%s.size != 0 {
		m.regs.forget(s.at, max(s.length, 0))
		return
	}
	swap := binary.NativeEndian.Uint16([]byte{1, 0}) == 1
	result := make([]cell, s.length)
	for i, c := range cells {
		if c.port != noPort {
			c = unknown
		}
		if swap {
			i = i/s.size*s.size + s.size - 1 - i%s.size
		}
		result[i] = c
	}
	m.regs.load(s.at, result)
}
