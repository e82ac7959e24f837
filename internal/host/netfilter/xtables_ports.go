package netfilter

import (
	"encoding/binary"
	"slices"

	"github.com/safeport/safeport/internal/port"
)

// onePort is a condition on the packet's source port or destination port: it is one of some, or is not.
type onePort struct {
	protocol port.Protocol // 0: any
	ports    ports
	source   bool
	negated  bool
}

func (s onePort) run(m *vm) {
	if s.protocol != 0 && s.protocol != m.packet.protocol {
		m.live = nil
		return
	}
	a := wantedIn(s.ports, m.live)
	if s.source != m.packet.answer {
		a = clientsIn(s.ports, m.live)
	}
	if s.negated {
		a = a.not(m.live)
	}
	m.require(a)
}

// wantedIn says for which ports the wanted one, which the packet goes to or an answer comes from, is one of some.
func wantedIn(some, live ports) (a answer) {
	for _, r := range some {
		a.live = a.live.or(live.and(r))
	}
	return a
}

// clientsIn says whether the port of a client is one of some: it is high, on Linux from 32768 on. Lower ones are rare, and
// those that take rights are left out.
func clientsIn(some, live ports) answer {
	usual, free := ports{{First: 0x8000, Last: 0xffff}}, port.Range{First: 1024, Last: 0xffff}
	switch {
	case len(usual.without(some)) == 0:
		return answer{live: live}
	case !slices.ContainsFunc(some, free.Overlaps):
		return answer{}
	}
	return answer{live, true}
}

// eitherPort is a condition on both ports: one of the two is one of some.
type eitherPort struct {
	ports   ports
	negated bool
}

func (s eitherPort) run(m *vm) {
	a, client := wantedIn(s.ports, m.live), clientsIn(s.ports, m.live)
	switch {
	case len(client.live) > 0 && !client.unsure:
		a = client
	case client.unsure && len(m.live.without(a.live)) > 0:
		a = answer{m.live, true}
	}
	if s.negated {
		a = a.not(m.live)
	}
	m.require(a)
}

// withFlags is a condition on some flags of TCP.
type withFlags struct {
	some, set byte
	negated   bool
}

func (s withFlags) run(m *vm) {
	flags := m.packet.flags()
	holds := flags.value&s.some == s.set
	if known := s.some & flags.known; known != s.some && flags.value&known == s.set&known {
		m.unsure = true
		return
	}
	if holds == s.negated {
		m.live = nil
	}
}

// matchPorts reads the ports of struct xt_tcp and struct xt_udp: the first and last of the source, and of the destination.
func matchPorts(p port.Protocol, info []byte, inverted, source, destination byte) (steps []step) {
	from, to := xtRange(info), xtRange(info[4:])
	if from != (port.Range{Last: 0xffff}) || inverted&source != 0 {
		steps = append(steps, onePort{p, ports{from}, true, inverted&source != 0})
	}
	return append(steps, onePort{p, ports{to}, false, inverted&destination != 0})
}

func xtRange(b []byte) port.Range {
	return port.Range{First: binary.NativeEndian.Uint16(b), Last: binary.NativeEndian.Uint16(b[2:])}
}

// matchMultiport reads struct xt_multiport_v1: flags, count, ports[15], pflags[15], invert. A set pflag makes a port the
// first of a range, and the next one its last.
func matchMultiport(info []byte) step {
	var in ports
	for i, n := 0, min(int(info[1]), 15); i < n; i++ {
		r := port.Single(binary.NativeEndian.Uint16(info[2+2*i:]))
		if info[32+i] != 0 && i+1 < n {
			i++
			r.Last = binary.NativeEndian.Uint16(info[2+2*i:])
		}
		in = in.or(ports{r})
	}
	const source, either = 0, 2
	negated := info[47] != 0
	if info[0] == either {
		return eitherPort{in, negated}
	}
	return onePort{ports: in, source: info[0] == source, negated: negated}
}
