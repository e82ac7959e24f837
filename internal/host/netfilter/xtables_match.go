package netfilter

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/port"
)

// The matches and targets of xtables (linux/netfilter/xt_*.h), which iptables-legacy writes always and iptables-nft where
// nf_tables has no expression of its own. Their numbers are in this machine's order, ports too.

// decodeMatch reads a match.
func decodeMatch(name string, revision int, info []byte) (steps []step, comment string) {
	switch {
	case name == "comment":
		return nil, text(info)
	case name == "tcp" && len(info) >= 12:
		// struct xt_tcp: spts[2], dpts[2], option, flg_mask, flg_cmp, invflags
		const sourceNegated, destinationNegated, flagsNegated, optionNegated = 1, 2, 4, 8
		steps = matchPorts(port.TCP, info, info[11], sourceNegated, destinationNegated)
		if info[9] != 0 {
			steps = append(steps, withFlags{info[9], info[10], info[11]&flagsNegated != 0})
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
		states := uint16(binary.NativeEndian.Uint32(info))
		if states&stateUntracked != 0 { // XT_STATE_UNTRACKED is that of nf_tables
			states = states&^stateUntracked | xtUntracked
		}
		return []step{tracked{flags: trackState, states: states}}, ""
	case name == "rt" || name == "frag" || name == "hbh" || name == "dst" || name == "ah" || name == "esp":
		return []step{never{}}, "" // headers that a first packet of TCP or UDP does not have
	case name == "connmark" && len(info) >= 9:
		zero := binary.NativeEndian.Uint32(info) == 0
		return []step{connected{unmarked: (info[8] != 0) != zero}}, ""
	case name == "pkttype" && len(info) >= 8:
		return []step{addressedTo{binary.NativeEndian.Uint32(info), binary.NativeEndian.Uint32(info[4:]) != 0}}, ""
	case name == "devgroup" && len(info) >= 20:
		return []step{inGroup(info)}, ""
	case name == "iprange" && revision == 1 && len(info) >= 65:
		return []step{inRange(info)}, ""
	case name == "mark" && len(info) >= 9:
		zero := binary.NativeEndian.Uint32(info) == 0
		if (info[8] != 0) != zero {
			return []step{unmarked{}}, ""
		}
		return []step{marked{}}, ""
	}
	return []step{unforeseen{}}, ""
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

func (s toType) run(m *vm) {
	is := uint16(1) << unix.RTN_LOCAL
	switch {
	case m.packet.returned():
	case m.packet.forwarded != nil || m.packet.answer:
		is = 1 << unix.RTN_UNICAST
	case m.packet.neighbour:
		is = 1 << unix.RTN_MULTICAST
	}
	if (s.types&is != 0) == s.negated {
		m.live = nil
	}
}

// fromLocal asks whether the host itself sends the packet.
type fromLocal struct{ want bool }

func (s fromLocal) run(m *vm) {
	if m.packet.inside() != s.want {
		m.live = nil
	}
}

// unmarked and marked ask for the mark that nobody has set, and for one.
type unmarked struct{}

func (unmarked) run(m *vm) { m.unsure = m.unsure || m.marked }

type marked struct{}

func (marked) run(m *vm) {
	if !m.marked {
		m.live = nil
		return
	}
	m.unsure = true
}

// connected asks for the mark of the connection: a new one has none, unless a rule before has set one.
type connected struct{ unmarked bool }

func (s connected) run(m *vm) {
	switch {
	case m.noConnection():
		m.live = nil
	case m.joined:
		m.unsure = true
	case !s.unmarked:
		m.live = nil
	}
}

// addressedTo asks to whom a device took the packet to be.
type addressedTo struct {
	kind    uint32
	negated bool
}

func (s addressedTo) run(m *vm) {
	if m.packet.inside() { // the kernel has loopback's packets as of a kind of their own, at some hooks
		m.unsure = true
		return
	}
	if (s.kind == uint32(m.packet.addressed())) == s.negated {
		m.live = nil
	}
}

// inGroup reads struct xt_devgroup_info: flags, and a group and a mask for each of both devices.
type inGroup []byte

func (s inGroup) run(m *vm) {
	const source, sourceNegated, destination, destinationNegated = 1, 2, 4, 8
	flags := binary.NativeEndian.Uint32(s)
	check := func(is, negated uint32, at int, d device) {
		switch {
		case flags&is == 0:
		case d.hidden:
			m.unsure = true
		default:
			group, mask := binary.NativeEndian.Uint32(s[at:]), binary.NativeEndian.Uint32(s[at+4:])
			if ((group^d.group)&mask == 0) == (flags&negated != 0) {
				m.live = nil
			}
		}
	}
	check(source, sourceNegated, 4, m.packet.in)
	check(destination, destinationNegated, 12, m.packet.out)
}

// inRange reads struct xt_iprange_mtinfo: the first and the last address of the source, those of the destination, and flags.
type inRange []byte

func (s inRange) run(m *vm) {
	const source, destination, sourceNegated, destinationNegated = 1, 2, 16, 32
	p := m.packet
	size := p.to.BitLen() / 8
	at, to := 12, 16
	if !p.v4() {
		at, to = 8, 24
	}
	check := func(is, negated byte, low int, header int) {
		if s[64]&is == 0 {
			return
		}
		a := within(p.network[header:header+size], s[low:low+size], s[low+16:low+16+size], m.live)
		if s[64]&negated != 0 {
			a = a.not(m.live)
		}
		m.require(a)
	}
	check(source, sourceNegated, 0, at)
	check(destination, destinationNegated, 32, to)
}
