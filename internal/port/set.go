package port

import (
	"math/bits"
)

// Set is a set of port numbers.
type Set [1024]uint64

// Add puts a port into the set.
func (s *Set) Add(n uint16) { s[n/64] |= 1 << (n % 64) }

// Has says whether the port is in the set.
func (s *Set) Has(n uint16) bool { return s[n/64]&(1<<(n%64)) != 0 }

// Len is how many ports are in the set.
func (s *Set) Len() int {
	n := 0
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n
}
