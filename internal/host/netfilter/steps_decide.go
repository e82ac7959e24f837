package netfilter

import (
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// compare is a condition on the number in a register: at least low and at most high, or not so.
type compare struct {
	at        int
	low, high []byte
	negated   bool
}

func (s compare) run(m *vm) {
	a := within(m.regs.slice(s.at, len(s.low)), s.low, s.high, m.live)
	if s.negated {
		a = a.not(m.live)
	}
	m.require(a)
}

// never is a condition that nothing meets.
type never struct{}

func (never) run(m *vm) { m.live = nil }

// unforeseen is a condition that packets may or may not meet: a limit, a set of addresses kept elsewhere.
type unforeseen struct{}

func (unforeseen) run(m *vm) { m.unsure = true }

type decide struct{ verdict }

func (s decide) run(m *vm) {
	switch s.code {
	case codeAccept, codeDrop, codeReject, codeReturn, codeJump, codeGoto:
		m.end(s.verdict, diversion{})
	}
}

// leave sends a packet out by the device whose number stands in a register.
type leave struct{ at int }

func (s leave) run(m *vm) {
	number, ok := values(m.regs.slice(s.at, 4))
	if !ok {
		m.unsure = true // an element of a map
	}
	for _, l := range m.links {
		if ok && l.index == int(native32(number)) && l.kind == "ifb" {
			// It only queues there, and comes back to where it was.
			m.end(verdict{code: codeAccept}, diversion{})
			return
		}
	}
	m.end(verdict{code: codeLeave}, diversion{})
}

// translate is a destination NAT, a redirection or a transparent proxy, to what stands in registers (-1: none).
type translate struct {
	action               facts.Action
	address, first, last int
	protocol             uint32 // NFPROTO_UNSPEC: both families
}

func (s translate) run(m *vm) {
	if s.protocol != unix.NFPROTO_UNSPEC && s.protocol != uint32(m.packet.family()) {
		m.live = nil
		return
	}
	d := diversion{action: s.action}
	var followed bool
	if d.to, followed = m.address(s.address); !followed {
		d.open = true
	}
	first, ok := m.portAt(s.first)
	last := first
	if s.last >= 0 && ok {
		last, ok = m.portAt(s.last)
	}
	if d.port = (port.Range{First: first, Last: last}); !ok || last < first {
		d.port, d.open = port.Range{}, true
	}
	m.divert(d)
}
