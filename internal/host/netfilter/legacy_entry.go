package netfilter

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// layout is where the parts of struct ipt_entry and struct ip6t_entry are.
type layout struct {
	address              int // length of an address; source, destination and their masks come first
	protocol, flags      int
	inverted             int
	targetOffset, header int // where target_offset is; length of the whole
}

var (
	entryV4 = layout{address: 4, protocol: 80, flags: 82, inverted: 83, targetOffset: 88, header: 112}
	entryV6 = layout{address: 16, protocol: 128, flags: 131, inverted: 132, targetOffset: 140, header: 168}
)

// Bits of flags and invflags.
const (
	flagGoto = 2 // IPT_F_GOTO; with IPv6 it is 4, and 1 says that the protocol counts
	goto6    = 4

	invertIn, invertOut, invertSource, invertDestination, invertProtocol = 0x01, 0x02, 0x08, 0x10, 0x40
)

// partHeader is struct xt_entry_match and xt_entry_target without their data: size, name[29], revision.
const partHeader = 32

// entry is one of a table: a rule, the head of a chain, or the policy at a chain's end.
type entry struct {
	offset int
	rule
	chain  string // the name of the chain that begins here
	jump   int    // offset of the chain that it jumps to; 0: none
	isGoto bool
}

// builtin are the chains that a table begins with, by the number of their hook. They have no head.
var builtin = []string{"PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"}

// decodeLegacy reads struct ipt_getinfo and the entries of a table into chains by name.
func decodeLegacy(info, b []byte, v4 bool) map[string][]rule {
	if len(info) < infoLen {
		return nil
	}
	l := entryV4
	if !v4 {
		l = entryV6
	}
	var entries []entry
	heads := map[int]string{} // by the offset of the first rule
	policies := map[int]bool{}
	for hook, name := range builtin {
		// valid_hooks, hook_entry[5] and underflow[5], behind the table's name
		if binary.NativeEndian.Uint32(info[32:])&(1<<hook) != 0 {
			heads[int(binary.NativeEndian.Uint32(info[36+4*hook:]))] = name
			policies[int(binary.NativeEndian.Uint32(info[56+4*hook:]))] = true
		}
	}
	for offset := 0; offset+l.header <= len(b); {
		e, size := decodeEntry(b[offset:], &l)
		if size < l.header || offset+size > len(b) {
			break
		}
		e.offset = offset
		if e.chain != "" {
			heads[offset+size] = e.chain
		}
		entries = append(entries, e)
		offset += size
	}
	chains := map[string][]rule{}
	chain := ""
	for i := range entries {
		e := &entries[i]
		if e.chain != "" {
			chain = e.chain
			continue
		}
		if name, begins := heads[e.offset]; begins {
			chain = name
		}
		if e.jump > 0 {
			v := verdict{code: codeJump, chain: heads[e.jump]}
			if e.isGoto {
				v.code = codeGoto
			}
			e.steps = append(e.steps, decide{v})
		}
		e.number, e.policy = len(chains[chain])+1, policies[e.offset]
		chains[chain] = append(chains[chain], e.rule)
	}
	return chains
}

func decodeEntry(b []byte, l *layout) (e entry, size int) {
	target := int(binary.NativeEndian.Uint16(b[l.targetOffset:]))
	size = int(binary.NativeEndian.Uint16(b[l.targetOffset+2:]))
	if size > len(b) || target < l.header || target+partHeader > size {
		return e, 0
	}
	e.steps = l.conditions(b)
	e.isGoto = b[l.flags]&flagGoto != 0
	if l.address == 16 {
		e.isGoto = b[l.flags]&goto6 != 0
	}
	for rest := b[l.header:target]; len(rest) >= partHeader; {
		length := int(binary.NativeEndian.Uint16(rest))
		if length < partHeader || length > len(rest) {
			return e, 0
		}
		e.add(decodeMatch(text(rest[2:31]), int(rest[31]), rest[partHeader:length]))
		rest = rest[length:]
	}
	t := b[target:size]
	name, info := text(t[2:31]), t[partHeader:]
	switch {
	case name == "ERROR":
		e.chain = text(info)
	case name == "" && len(info) >= 4:
		e.standard(int32(binary.NativeEndian.Uint32(info)))
	case name != "":
		e.steps = append(e.steps, decodeTarget(name, int(t[31]), info)...)
	}
	return e, size
}

// standard reads a verdict: the offset of a chain, or -1 minus a code.
func (e *entry) standard(v int32) {
	const returns = -5 // -NF_REPEAT - 1
	switch {
	case v > 0:
		e.jump = int(v)
	case v == returns:
		e.steps = append(e.steps, decide{verdict{code: codeReturn}})
	default:
		e.steps = append(e.steps, decide{verdict{code: -v - 1}})
	}
}

// conditions are those that every entry has: addresses, devices, protocol.
func (l *layout) conditions(b []byte) []step {
	inverted := b[l.inverted]
	var steps []step
	device := func(at int, key uint32, negated bool) {
		name, mask := b[at:at+16], b[at+32:at+48]
		used := 0
		for used < 16 && mask[used] == 0xff {
			used++
		}
		if used > 0 {
			steps = append(steps, loadMeta{key, 0}, compare{0, name[:used], name[:used], negated})
		}
	}
	address := func(place, offset int, negated bool) {
		value, mask := b[place*l.address:(place+1)*l.address], b[(place+2)*l.address:(place+3)*l.address]
		if number(mask) != 0 {
			steps = append(steps, loadPayload{networkHeader, offset, 0, l.address},
				bitwise{0, 0, l.address, mask, make([]byte, l.address)}, compare{0, value, value, negated})
		}
	}
	source, destination := 12, 16
	if l.address == 16 {
		source, destination = 8, 24
	}
	if p := binary.NativeEndian.Uint16(b[l.protocol:]); p != 0 {
		steps = append(steps, loadMeta{unix.NFT_META_L4PROTO, 0},
			compare{0, []byte{byte(p)}, []byte{byte(p)}, inverted&invertProtocol != 0})
	}
	address(1, destination, inverted&invertDestination != 0)
	address(0, source, inverted&invertSource != 0)
	device(4*l.address, unix.NFT_META_IIFNAME, inverted&invertIn != 0)
	device(4*l.address+16, unix.NFT_META_OIFNAME, inverted&invertOut != 0)
	return steps
}
