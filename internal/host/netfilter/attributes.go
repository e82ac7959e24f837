package netfilter

import (
	"encoding/binary"
	"iter"
)

// attributes are those of a netlink message, by type. What does not fit ends them: a message that the kernel wrote has no
// such thing. It makes no copies, as rules are many and most of what they hold is skipped.
func attributes(b []byte) iter.Seq2[uint16, []byte] {
	return func(yield func(uint16, []byte) bool) {
		for {
			kind, value, rest, ok := cut(b)
			if !ok || !yield(kind, value) {
				return
			}
			b = rest
		}
	}
}

// cut takes the first attribute of a message.
func cut(b []byte) (kind uint16, value, rest []byte, ok bool) {
	if len(b) < 4 {
		return 0, nil, nil, false
	}
	size := int(binary.NativeEndian.Uint16(b))
	kind = binary.NativeEndian.Uint16(b[2:]) & 0x3fff // without NLA_F_NESTED and NLA_F_NET_BYTEORDER
	if size < 4 || size > len(b) {
		return 0, nil, nil, false
	}
	return kind, b[4:size], b[min((size+3)&^3, len(b)):], true
}

// number reads an attribute of one to eight bytes; nf_tables sends numbers with the highest byte first.
func number(b []byte) uint64 {
	var n uint64
	for _, v := range b[:min(len(b), 8)] {
		n = n<<8 | uint64(v)
	}
	return n
}

// text reads a string that may end in a zero.
func text(b []byte) string {
	for i, v := range b {
		if v == 0 {
			return string(b[:i])
		}
	}
	return string(b)
}
