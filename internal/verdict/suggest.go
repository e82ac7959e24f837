package verdict

import (
	"iter"

	"github.com/safeport/safeport/internal/port"
)

// Lasting says whether a port, if it is free, is likely to stay so and to be of use: outside the range of outgoing
// connections, not refused by browsers, not used by a container that is stopped.
func (f Facts) Lasting(p port.Protocol, n uint16) bool {
	if len(f.Kernel.Ephemerals(port.Single(n))) > 0 || refusedByBrowsers(n) {
		return false
	}
	for _, c := range f.Uses {
		if c.Socket == nil && c.Protocol == p && c.Ports.Contains(n) {
			return false
		}
	}
	return true
}

// Candidates are the ports to suggest in place of a want's, in an order that is the same from run to run: what people
// expect first (8080 for 80, 8443 for 443), then upward, then everything from 1024 on.
func Candidates(w port.Requirement) iter.Seq[uint16] {
	start := int(w.Ports.Last) + 1
	switch {
	case w.Ports.First == 80:
		start = 8080
	case w.Ports.First == 443:
		start = 8443
	case w.Ports.First < 1024:
		start = int(w.Ports.First) + 8000
	}
	return func(yield func(uint16) bool) {
		for n := start; n <= 65535; n++ {
			if !yield(uint16(n)) {
				return
			}
		}
		for n := 1024; n < start; n++ {
			if !yield(uint16(n)) {
				return
			}
		}
	}
}

// Overall is the answer for all wants together.
type Overall uint8

const (
	Clear Overall = iota
	Warned
	Undecided
	Blocked
)

// Sum weighs the findings. An error blocks, but for those that say that nothing is known.
func Sum(findings []Finding) Overall {
	sum := Clear
	for _, f := range findings {
		switch {
		case f.Severity == Error && (f.Code == Undetermined || f.Code == EngineRemote):
			sum = max(sum, Undecided)
		case f.Severity == Error:
			sum = max(sum, Blocked)
		case f.Severity == Warning:
			sum = max(sum, Warned)
		}
	}
	return sum
}
