package netfilter

import (
	"encoding/binary"
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/port"
)

// packet is one of a new connection to a wanted port, the first if nothing else is said, as far as it is known before it comes.
type packet struct {
	protocol port.Protocol
	to       netip.Addr
	from     netip.Prefix // zero: anywhere
	in       device       // zero: made on this host
	out      device       // zero: it comes from outside, to the host itself

	forwarded *arrival // nil: it is for the host itself
	answer    bool     // it is the answer, and goes the other way: to and from are those of the packet that it answers
	later     bool     // it comes when the connection stands, and with it what was asked, or the rest of the answer
	proxied   bool     // it goes to the container, from an engine's proxy that has taken what came
	looped    bool     // the engine's rules send it to the container, and the host itself has sent it to an address of loopback
	neighbour bool     // by it hosts of the same network ask for the device that has the address, or are told
	restored  bool     // the answer of a container has the host's address and port again
	// untranslated: no connection is kept of it, so that no engine's rule sends it on, and its proxy takes it.
	untranslated bool
	ethertype    uint16 // of what is not IP where it is; 0: IP

	frame     [18]cell // the header of Ethernet, with one tag of a VLAN
	network   [40]cell // the header of IPv4 or IPv6
	transport [20]cell // the header of TCP or UDP
}

// device is a network device.
type device struct {
	index    int
	name     string
	hidden   bool   // there is one, and which is not known
	group    uint32 // "ip link set … group"
	hardware uint16 // ARPHRD_ETHER…
	mac      string
}

// write writes the headers.
func (p *packet) write() {
	clear(p.frame[:])
	clear(p.network[:])
	clear(p.transport[:])
	if p.neighbour {
		p.writeNeighbour()
		return
	}
	protocol, source, destination := 9, 12, 16
	if !p.v4() {
		protocol, source, destination = 6, 8, 24
	}
	p.network[protocol] = sure(byte(p.protocol))
	if p.network[0] = (cell{value: 0x60, known: 0xf0}); p.v4() { // the version, and how long the header is
		p.network[0].value = 0x40
	}
	if p.v4() {
		p.network[6], p.network[7] = cell{known: 0xbf}, sure(0) // it is no fragment, and may ask not to be one
	}
	const client, server = 0, 2 // ports in the header
	theirs, ours := client, server
	if p.answer {
		source, destination = destination, source
		theirs, ours = server, client
	}
	copy(p.network[source:], p.source())
	copy(p.network[destination:], p.destination())
	p.transport[theirs] = cell{value: 0x80, known: 0x80} // clients connect from ports that are high, on Linux from 32768 on
	copy(p.transport[ours:], wantedPort[:])
	if p.protocol == port.TCP {
		p.transport[13] = p.flags()
	}
	p.writeFrame([]byte(p.in.mac))
}

// writeFrame writes the header of Ethernet, if the device that the packet comes by has one.
func (p *packet) writeFrame(to []byte) {
	if p.in.hardware == unix.ARPHRD_ETHER && len(to) == 6 {
		copy(p.frame[:], known(to))
		copy(p.frame[12:], p.protocolOfFrame())
	}
}

// Flags of TCP.
const (
	flagSYN = 0x02
	flagPSH = 0x08
	flagACK = 0x10
)

// flags are those of TCP: some later packets push what they bring, and some do not.
func (p *packet) flags() cell {
	switch {
	case p.later:
		return cell{value: flagACK, known: 0xff &^ flagPSH}
	case p.answer:
		return sure(flagSYN | flagACK)
	}
	return sure(flagSYN)
}

// first says whether it is the packet that a connection begins with.
func (p *packet) first() bool { return !p.answer && !p.later }

// following is one that comes the same way when the connection stands.
func (p *packet) following() *packet {
	later := *p
	later.later = true
	later.write()
	return &later
}

// protocolOfFrame is the protocol as it stands in a frame of Ethernet.
func (p *packet) protocolOfFrame() []cell {
	return known(binary.BigEndian.AppendUint16(nil, p.etherType()))
}

func (p *packet) etherType() uint16 {
	switch {
	case p.ethertype != 0:
		return p.ethertype
	case p.v4():
		return unix.ETH_P_IP
	}
	return unix.ETH_P_IPV6
}

func (p *packet) v4() bool { return p.to.Is4() }

// returned says whether it goes from a container to the host itself.
func (p *packet) returned() bool { return p.answer && (p.proxied || p.looped) }

// inside says whether the host itself sends the packet.
func (p *packet) inside() bool {
	if p.answer {
		return p.forwarded == nil
	}
	return p.in.name == ""
}

// Bases of a payload expression (linux/netfilter/nf_tables.h).
const (
	linkHeader      = 0
	networkHeader   = 1
	transportHeader = 2
)

// header copies a part of a header to the cells, or as much of it as is known.
func (p *packet) header(base uint32, offset int, cells []cell) {
	clear(cells)
	var all []cell
	switch base {
	case linkHeader:
		all = p.frame[:]
	case networkHeader:
		all = p.network[:]
	case transportHeader:
		all = p.transport[:]
	}
	if offset >= 0 && offset < len(all) {
		copy(cells, all[offset:])
	}
}

// source are the cells of an address of which perhaps only the network is known.
func (p *packet) source() []cell {
	cells := make([]cell, p.to.BitLen()/8)
	if !p.from.IsValid() {
		return cells
	}
	for i, b := range p.from.Masked().Addr().AsSlice() {
		bits := min(max(p.from.Bits()-8*i, 0), 8)
		cells[i] = cell{value: b, known: byte(0xff << (8 - bits))}
	}
	return cells
}

// destination is not known of a container that is still to be started.
func (p *packet) destination() []cell {
	if p.forwarded != nil && !p.restored {
		return make([]cell, p.to.BitLen()/8)
	}
	return known(p.to.AsSlice())
}

// family is the number of the packet's address family in netfilter.
func (p *packet) family() byte {
	if p.v4() {
		return unix.NFPROTO_IPV4
	}
	return unix.NFPROTO_IPV6
}

// indexCells and nameCells are a device as the kernel compares it. The missing one has the number 0 and an empty name.
func (d device) indexCells() []cell {
	if d.hidden {
		return make([]cell, 4)
	}
	return known(binary.NativeEndian.AppendUint32(nil, uint32(d.index)))
}

func (d device) nameCells() []cell {
	if d.hidden {
		return make([]cell, unix.IFNAMSIZ)
	}
	var name [unix.IFNAMSIZ]byte
	copy(name[:], d.name)
	return known(name[:])
}
