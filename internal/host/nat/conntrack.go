package nat

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

// state is new of a connection's first packet, and established of the answer to it. Where connections are not yet tracked,
// packets are of none.
func (m *machine) state() uint16 {
	switch {
	case m.untracked:
		return stateInvalid
	case m.packet.neighbour:
		return stateUntracked // ICMPv6 tracks none of these
	case m.packet.answer:
		return stateEstablished
	}
	return stateNew
}

// noConnection says that there is none to ask.
func (m *machine) noConnection() bool { return m.untracked || m.packet.neighbour }

// status is that of the packet's connection.
func (p *packet) status() (bits uint16) {
	if p.answer {
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
