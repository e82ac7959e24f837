package netfilter

import (
	"net/netip"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// rule is one of a chain: conditions and what to do, in the order in which the kernel runs them.
type rule struct {
	handle  uint64
	number  int  // from 1
	policy  bool // iptables-legacy keeps the policy of a chain as its last rule
	comment string
	steps   []step
	coded   []byte // expressions of nf_tables, to be decoded when a packet gets to them: few get past the first condition
}

// step is one expression of a rule. It narrows the machine's ports, or says what happens to them.
type step interface{ run(m *vm) }

// vm runs a rule for a packet to many ports at once.
type vm struct {
	packet *packet
	table  *table
	links  []*link
	joined bool // a rule before has set the mark of the connection
	marked bool // a rule before has set a mark, and what it is is not followed
	// leaves: the chain stands where a packet has been given to the device that it leaves by.
	leaves bool
	// untracked: no connections are known where the chain stands.
	untracked bool
	escaped   ports // those that a rule has exempt from tracking: nothing translates them
	regs      registers
	random    loadRandom // the last one, of this rule

	live     ports // those for which every condition so far holds, or may hold
	unsure   bool  // some condition could not be foreseen
	branches []branch
}

// branch is what becomes of some ports.
type branch struct {
	live   ports
	unsure bool
	verdict
	diversion
}

// verdict is where a packet goes on.
type verdict struct {
	code  int32
	chain string // of a jump or a goto
}

// Codes of a verdict (linux/netfilter.h and linux/netfilter/nf_tables.h), and some of our own: for
// packets that are sent elsewhere, that are sent back, that go out by another device, and that are of no connection.
const (
	codeDrop   = 0
	codeAccept = 1
	codeJump   = -3
	codeGoto   = -4
	codeReturn = -5
	codeDivert = -100
	codeReject = -101 // dropped, and the sender is told
	codeLeave  = -102
	codeExempt = -103 // exempt from tracking: no address is translated
)

// diversion is where a rule sends packets.
type diversion struct {
	action facts.Action
	to     netip.Addr // zero: this host, or not known
	port   port.Range // zero: the same, or not known
	open   bool       // the port is chosen by a map or in some other way that was not followed
}

func (m *vm) run(r *rule, live ports) {
	m.live, m.unsure, m.branches, m.random = live, false, m.branches[:0], loadRandom{}
	for i := 0; i < len(r.steps) || r.decode(); i++ {
		if r.steps[i].run(m); len(m.live) == 0 {
			return
		}
	}
}

// require keeps the ports for which a condition holds.
func (m *vm) require(a answer) {
	m.live, m.unsure = a.live, m.unsure || a.unsure
}

// end says what becomes of the live ports.
func (m *vm) end(v verdict, d diversion) {
	m.branches = append(m.branches, branch{m.live, m.unsure, v, d})
	m.live = nil
}

// divert sends the live ports elsewhere.
func (m *vm) divert(d diversion) { m.end(verdict{code: codeDivert}, d) }

// address and portAt read registers that a map may have filled.
func (m *vm) address(at int) (netip.Addr, bool) {
	if at < 0 {
		return netip.Addr{}, true
	}
	b, ok := values(m.regs.slice(at, m.packet.to.BitLen()/8))
	if !ok {
		return netip.Addr{}, false
	}
	return netip.AddrFromSlice(b)
}

func (m *vm) portAt(at int) (n uint16, ok bool) {
	if at < 0 {
		return 0, true
	}
	b, ok := values(m.regs.slice(at, 2))
	if !ok {
		return 0, false
	}
	return uint16(b[0])<<8 | uint16(b[1]), true
}
