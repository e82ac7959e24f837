package fleet

import (
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/report"
)

// shared looks for ports that all hosts have. It knows no more than what every one of them has tried: a port that a report
// does not mention may be taken there.
func (m *merger) shared() []report.SharedPort {
	type wanted struct{ service, name string }
	found := map[wanted]*sharing{}
	var order []wanted
	for _, r := range m.order {
		for _, s := range r.spares {
			key := wanted{s.service, s.name}
			if found[key] == nil {
				found[key] = &sharing{SharedPort: report.SharedPort{Service: s.service, Name: s.name}}
				order = append(order, key)
			}
			found[key].add(s)
		}
	}
	var list []report.SharedPort
	var given []port.Range // each gets one of its own, those that need it first
	for _, needed := range []bool{true, false} {
		for _, key := range order {
			// Of a port that cannot be chosen no report has tried another.
			if s := found[key]; s.Silent < s.Hosts && (s.Failing > 0) == needed {
				list = append(list, s.sum(&given))
			}
		}
	}
	return list
}

// sharing is a shared port while hosts are added: of each port, how many of them have it free and how many have tried it.
type sharing struct {
	report.SharedPort
	size        int
	instead     []string
	free, tried [65536]int
}

func (s *sharing) add(h spared) {
	s.Hosts++
	if h.failing {
		s.Failing++
	}
	s.size = max(s.size, h.size)
	if !slices.Contains(s.instead, h.ports) {
		s.instead = append(s.instead, h.ports)
	}
	if len(h.tried) == 0 {
		s.Silent++
		return
	}
	mark(&s.tried, h.tried)
	mark(&s.free, h.free)
}

func mark(counts *[65536]int, ranges []port.Range) {
	for _, r := range ranges {
		for n := int(r.First); n <= int(r.Last); n++ {
			counts[n]++
		}
	}
}

func (s *sharing) sum(given *[]port.Range) report.SharedPort {
	asked := s.Hosts - s.Silent
	s.Instead = strings.Join(s.instead, ", ")
	var tried []string
	for _, r := range runs(&s.tried, asked) {
		tried = append(tried, r.String())
	}
	s.Tried = strings.Join(tried, ", ")
	if block, ok := fitting(runs(&s.free, asked), s.size, *given); ok {
		s.Ports = block.String()
		*given = append(*given, block)
	}
	return s.SharedPort
}

// fitting is the first block of that size in the ranges that overlaps none of those that were given away.
func fitting(free []port.Range, size int, given []port.Range) (port.Range, bool) {
	for _, r := range free {
		for first := int(r.First); first+size-1 <= int(r.Last); first++ {
			block := port.Range{First: uint16(first), Last: uint16(first + size - 1)}
			if !slices.ContainsFunc(given, block.Overlaps) {
				return block, true
			}
		}
	}
	return port.Range{}, false
}

// runs are the ranges of ports that have been counted so many times.
func runs(counts *[65536]int, times int) []port.Range {
	var list []port.Range
	for n, count := range counts {
		if count != times || n == 0 {
			continue
		}
		list = port.Extend(list, uint16(n))
	}
	return list
}
