package netfilter

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// What connection tracking says of a packet: bits of its state (NF_CT_STATE_BIT, which xtables has, too) and of its status.
const (
	stateInvalid     = 1 << 0
	stateEstablished = 1 << 1
	stateNew         = 1 << 3
	stateUntracked   = 1 << 6
	xtUntracked      = 1 << 8 // XT_CONNTRACK_STATE_UNTRACKED
	stateTranslated  = 1 << 7 // XT_CONNTRACK_STATE_DNAT

	statusSeenReply  = 1 << 1 // IPS_SEEN_REPLY
	statusConfirmed  = 1 << 3
	statusTranslated = 1 << 5 // IPS_DST_NAT
)

// state is new of a connection's first packet, and established of all that follow. Where connections are not yet tracked,
// packets are of none.
func (m *vm) state() uint16 {
	switch {
	case m.untracked:
		return stateInvalid
	case m.exempt():
		return stateUntracked
	case m.packet.first():
		return stateNew
	}
	return stateEstablished
}

// noConnection says that there is none to ask.
func (m *vm) noConnection() bool { return m.untracked || m.exempt() }

// exempt says that no connection is kept of the packet: ICMPv6 has none for neighbours, and a rule may have said so.
func (m *vm) exempt() bool {
	return m.packet.neighbour || len(m.escaped) > 0 && len(m.live.without(m.escaped)) == 0
}

// notrack exempts packets from tracking, and with it from all translation.
type notrack struct{}

func (notrack) run(m *vm) {
	if !m.unsure {
		m.escaped = m.escaped.or(m.live)
	}
}

// status is that of the packet's connection.
func (p *packet) status() (bits uint16) {
	if !p.first() {
		bits |= statusSeenReply | statusConfirmed
	}
	if p.translated() {
		bits |= statusTranslated
	}
	return bits
}

// translated says whether the packet's connection was made to another address than it goes to.
func (p *packet) translated() bool { return p.forwarded != nil && !p.proxied }

// tracks says whether connections are tracked where a base chain stands: not at devices, nor before NF_IP_PRI_CONNTRACK.
func (b base) tracks() bool {
	switch b.hook {
	case ingress, egress:
		return false
	case prerouting, output:
		return b.priority >= -200
	}
	return true
}

// loadConntrack knows whether the packet is the first of its connection, and which way it goes.
type loadConntrack struct {
	key      uint32
	at       int
	original bool // it asks for the connection as the client made it
}

func (s loadConntrack) run(m *vm) {
	switch {
	case s.key == unix.NFT_CT_STATE:
		m.regs.load(s.at, known(binary.NativeEndian.AppendUint32(nil, uint32(m.state()))))
	case m.noConnection():
		m.live = nil // there is no connection to ask, and the rule ends
	case s.key == unix.NFT_CT_DIRECTION && m.packet.answer:
		m.regs.load(s.at, []cell{sure(1)})
	case s.key == unix.NFT_CT_DIRECTION:
		m.regs.load(s.at, []cell{sure(0)})
	case s.key == unix.NFT_CT_MARK && !m.joined:
		m.regs.load(s.at, known(make([]byte, 4)))
	case s.key == unix.NFT_CT_STATUS:
		m.regs.load(s.at, known(binary.NativeEndian.AppendUint32(nil, uint32(m.packet.status()))))
	case s.key == unix.NFT_CT_PROTO_DST:
		s.loadPort(m)
	default:
		m.regs.forget(s.at, 16)
	}
}

func (s loadConntrack) loadPort(m *vm) {
	asked := m.packet.forwarded
	switch {
	case s.original && !m.packet.translated():
		m.regs.load(s.at, wantedPort[:])
	case s.original && asked.ports.Len() == 1:
		m.regs.load(s.at, known(binary.BigEndian.AppendUint16(nil, asked.ports.First)))
	default:
		m.regs.forget(s.at, 4)
	}
}
