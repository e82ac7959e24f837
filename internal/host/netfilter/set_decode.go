package netfilter

import (
	"cmp"
	"slices"

	"golang.org/x/sys/unix"
)

// decodeSet reads a NFT_MSG_NEWSET message's description: whether its keys are intervals, and their fields.
func decodeSet(data []byte) (name string, s set, intervals bool) {
	for kind, value := range attributes(data) {
		switch kind {
		case unix.NFTA_SET_NAME:
			name = text(value)
		case unix.NFTA_SET_FLAGS:
			intervals = number(value)&unix.NFT_SET_INTERVAL != 0
		case unix.NFTA_SET_DESC:
			s.fields = decodeFields(value)
		}
	}
	return name, s, intervals
}

// Attributes that golang.org/x/sys does not have: concatenated intervals came with kernel 5.6.
const (
	setDescConcat     = 2  // NFTA_SET_DESC_CONCAT
	setFieldLength    = 1  // NFTA_SET_FIELD_LEN
	setElementKeyEnd  = 10 // NFTA_SET_ELEM_KEY_END
	setElementOfOther = 2  // NFT_SET_ELEM_CATCHALL, kernel 5.13
)

func decodeFields(description []byte) (fields []int) {
	for kind, value := range attributes(description) {
		if kind != setDescConcat {
			continue
		}
		for _, field := range attributes(value) {
			for kind, length := range attributes(field) {
				if kind == setFieldLength {
					fields = append(fields, int(min(number(length), 64)))
				}
			}
		}
	}
	return fields
}

// bound is an element as the kernel lists it: of an interval without fields, only its start or, alone, its end.
type bound struct {
	element
	end   bool
	other bool
}

// decodeElements reads a NFT_MSG_NEWSETELEM message.
func decodeElements(data []byte) (list []bound) {
	for kind, value := range attributes(data) {
		if kind != unix.NFTA_SET_ELEM_LIST_ELEMENTS {
			continue
		}
		for _, item := range attributes(value) {
			list = append(list, decodeElement(item))
		}
	}
	return list
}

func decodeElement(item []byte) (b bound) {
	for kind, value := range attributes(item) {
		switch kind {
		case unix.NFTA_SET_ELEM_KEY:
			b.low, _ = decodeData(value)
			if b.high == nil {
				b.high = b.low
			}
		case setElementKeyEnd:
			b.high, _ = decodeData(value)
		case unix.NFTA_SET_ELEM_DATA:
			b.value, b.verdict = decodeData(value)
		case unix.NFTA_SET_ELEM_FLAGS:
			b.end = number(value)&unix.NFT_SET_ELEM_INTERVAL_END != 0
			b.other = number(value)&setElementOfOther != 0
		}
	}
	if b.other {
		b.low, b.high = nil, nil
	}
	return b
}

// join makes elements of bounds. In a set of intervals without fields an element runs up to the next bound, which it does
// not include.
func (s *set) join(list []bound, intervals bool) {
	if !intervals || len(s.fields) > 0 {
		for _, b := range list {
			if b.low != nil || b.other {
				s.elements = append(s.elements, b.element)
			}
		}
		return
	}
	slices.SortStableFunc(list, func(a, b bound) int {
		if c := slices.Compare(a.low, b.low); c != 0 {
			return c
		}
		return cmp.Compare(b2i(b.end), b2i(a.end)) // an end before the start at the same place
	})
	for i, b := range list {
		switch {
		case b.other:
			s.elements = append(s.elements, b.element)
		case b.end || b.low == nil:
		default:
			b.high = slices.Repeat([]byte{0xff}, len(b.low))
			if i+1 < len(list) && len(list[i+1].low) == len(b.low) {
				b.high = before(list[i+1].low)
			}
			s.elements = append(s.elements, b.element)
		}
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// before is the number before n; that of zero is zero.
func before(n []byte) []byte {
	less := slices.Clone(n)
	for i := len(less) - 1; i >= 0; i-- {
		less[i]--
		if less[i] != 0xff {
			return less
		}
	}
	return n
}
