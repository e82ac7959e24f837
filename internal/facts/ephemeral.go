package facts

import (
	"github.com/safeport/safeport/internal/port"
)

// EphemeralUse is how full the range is that outgoing connections take their source ports from: of its ports that are not reserved,
// those at an even distance from its first and those at an odd one. connect(2) looks for a port among the even ones first
// (kernel 4.2, commit 07f4c90062f8), so that these fill up long before the others.
type EphemeralUse struct {
	Taken, Of [2]int
}

// EphemeralUse counts what is taken of the range.
func (k Kernel) EphemeralUse(taken *port.Set) EphemeralUse {
	var c EphemeralUse
	for _, r := range k.Ephemerals(k.Ephemeral) {
		for n := int(r.First); n <= int(r.Last); n++ {
			side := k.side(uint16(n))
			c.Of[side]++
			if taken.Has(uint16(n)) {
				c.Taken[side]++
			}
		}
	}
	return c
}

func (k Kernel) side(n uint16) int { return int(n-k.Ephemeral.First) % 2 }

// Chance is how likely it is that any of the ports is taken at a moment, if the range is as full then.
func (k Kernel) Chance(c EphemeralUse, ranges []port.Range) float64 {
	had := 1.0
	for _, r := range ranges {
		for n := int(r.First); n <= int(r.Last); n++ {
			if side := k.side(uint16(n)); c.Of[side] > 0 {
				had *= 1 - float64(c.Taken[side])/float64(c.Of[side])
			}
		}
	}
	return 1 - had
}
