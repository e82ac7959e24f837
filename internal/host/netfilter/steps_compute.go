package netfilter

import (
	"encoding/binary"
)

type bitwise struct {
	from, at, size int
	mask, xor      []byte // nil: an operation that is not followed
}

func (s bitwise) run(m *vm) {
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

func (s byteOrder) run(m *vm) {
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
