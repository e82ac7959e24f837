package nat

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"safeport/internal/port"
)

// The matches and targets of xtables (linux/netfilter/xt_*.h), which iptables-legacy writes always and iptables-nft where
// nf_tables has no expression of its own. Their numbers are in this machine's order, ports too.

// oneOf is a condition on the packet alone: it is one of the ports, or is not.
type oneOf struct {
	protocol port.Protocol // 0: any
	ports    ports
	negated  bool
}

func (s oneOf) run(m *machine) {
	if s.protocol != 0 && s.protocol != m.packet.protocol {
		m.live = nil
		return
	}
	var in ports
	for _, r := range s.ports {
		in = in.or(m.live.and(r))
	}
	if s.negated {
		in = m.live.without(in)
	}
	m.live = in
}

// decodeMatch reads a match.
func decodeMatch(name string, revision int, info []byte) (steps []step, comment string) {
	switch {
	case name == "comment":
		return nil, text(info)
	case name == "tcp" && len(info) >= 12:
		// struct xt_tcp: spts[2], dpts[2], option, flg_mask, flg_cmp, invflags
		const sourceNegated, destinationNegated, flagsNegated, optionNegated = 1, 2, 4, 8
		steps = matchPorts(port.TCP, info, info[11], sourceNegated, destinationNegated)
		const syn = 0x02
		if flags, want := info[9], info[10]; flags != 0 && (flags&syn != want) != (info[11]&flagsNegated != 0) {
			steps = append(steps, never{})
		}
		if info[8] != 0 {
			steps = append(steps, unforeseen{})
		}
		return steps, ""
	case name == "udp" && len(info) >= 9:
		return matchPorts(port.UDP, info, info[8], 1, 2), ""
	case name == "multiport" && revision == 1 && len(info) >= 48:
		return []step{matchMultiport(info)}, ""
	case name == "addrtype" && revision == 1 && len(info) >= 8:
		return matchAddressType(info), ""
	case name == "conntrack":
		return []step{decodeConntrack(revision, info)}, ""
	case name == "state" && len(info) >= 4:
		if binary.NativeEndian.Uint32(info)&stateNew == 0 {
			return []step{never{}}, ""
		}
		return nil, ""
	case name == "rt" || name == "frag" || name == "hbh" || name == "dst" || name == "ah" || name == "esp":
		return []step{never{}}, "" // headers that a first packet of TCP or UDP does not have
	case name == "mark" && len(info) >= 9:
		zero := binary.NativeEndian.Uint32(info) == 0
		if (info[8] != 0) != zero {
			return []step{unmarked{}}, ""
		}
		return []step{marked{}}, ""
	}
	return []step{unforeseen{}}, ""
}

func matchPorts(p port.Protocol, info []byte, inverted, source, destination byte) []step {
	from := xtRange(info[0:])
	steps := []step{oneOf{p, ports{xtRange(info[4:])}, inverted&destination != 0}}
	if from.First > 0x8000 || from.Last != 65535 || inverted&source != 0 {
		steps = append(steps, unforeseen{})
	}
	return steps
}

func xtRange(b []byte) port.Range {
	return port.Range{First: binary.NativeEndian.Uint16(b), Last: binary.NativeEndian.Uint16(b[2:])}
}

// matchMultiport reads struct xt_multiport_v1: flags, count, ports[15], pflags[15], invert. A set pflag makes a port the
// first of a range, and the next one its last.
func matchMultiport(info []byte) step {
	const source, destination = 0, 1
	if info[0] == source {
		return unforeseen{}
	}
	if info[0] != destination {
		return unforeseen{} // either of the two
	}
	var in ports
	for i, n := 0, min(int(info[1]), 15); i < n; i++ {
		r := port.Single(binary.NativeEndian.Uint16(info[2+2*i:]))
		if info[32+i] != 0 && i+1 < n {
			i++
			r.Last = binary.NativeEndian.Uint16(info[2+2*i:])
		}
		in = in.or(ports{r})
	}
	return oneOf{ports: in, negated: info[47] != 0}
}

// matchAddressType reads struct xt_addrtype_info_v1: source, dest, flags.
func matchAddressType(info []byte) []step {
	const local = 1 << unix.RTN_LOCAL
	const sourceNegated, destinationNegated = 1, 2
	source, destination := binary.NativeEndian.Uint16(info), binary.NativeEndian.Uint16(info[2:])
	flags := binary.NativeEndian.Uint32(info[4:])
	var steps []step
	if destination != 0 {
		steps = append(steps, toType{destination, flags&destinationNegated != 0})
	}
	if source != 0 {
		steps = append(steps, fromLocal{source&local != 0 != (flags&sourceNegated != 0)})
	}
	return steps
}

// toType asks whether the destination is of one of the types: an address of this host, or one behind it.
type toType struct {
	types   uint16
	negated bool
}

func (s toType) run(m *machine) {
	is := uint16(1) << unix.RTN_LOCAL
	if m.packet.forwarded != nil {
		is = 1 << unix.RTN_UNICAST
	}
	if (s.types&is != 0) == s.negated {
		m.live = nil
	}
}

// fromLocal asks whether the host itself sends the packet.
type fromLocal struct{ want bool }

func (s fromLocal) run(m *machine) {
	if m.packet.inside() != s.want {
		m.live = nil
	}
}

// unmarked and marked ask for the mark that nobody has set, and for one.
type unmarked struct{}

func (unmarked) run(m *machine) { m.unsure = m.unsure || m.marked }

type marked struct{}

func (marked) run(m *machine) {
	if !m.marked {
		m.live = nil
		return
	}
	m.unsure = true
}
