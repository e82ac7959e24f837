package host

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/holder"
	"github.com/safeport/safeport/internal/host/sockets"
	"github.com/safeport/safeport/internal/port"
)

// Listing finds all sockets that hold ports of the ranges: listeners, and sockets that are bound and idle, with connections
// only where they are asked for, as there may be a hundred thousand; and who is behind each.
func (s *Survey) Listing(ctx context.Context, ranges []port.Range, connections bool) {
	var wants []port.Requirement
	for _, r := range ranges {
		wants = append(wants, port.Requirement{Protocol: port.TCP, Ports: r}, port.Requirement{Protocol: port.UDP, Ports: r})
	}
	s.finder = holder.Open(procRoot)
	s.finder.Begin()
	table := sockets.Open(procRoot)
	defer table.Close()
	start := time.Now()
	found, err := listeners(table, wants)
	if !connections {
		found = slices.DeleteFunc(found, func(c facts.PortUse) bool { return c.State == facts.Connected }) // of UDP
	}
	if err == nil {
		others := table.Idle
		if connections {
			others = table.Others
		}
		var more []facts.PortUse
		more, err = others(ranges)
		found = append(found, more...)
	}
	s.Sockets = found
	s.noteTable(table, err, time.Since(start))
	s.chains = math.MaxInt
	s.fill(ctx)
}

// Outside are the rules that keep clients from outside from a want, and how many addresses they would reach it at without. It
// is made for asking about thousands that differ in nothing but their ports.
func (s *Survey) Outside(w port.Requirement) (blocks []facts.Block, outside int) {
	way := sameWay{w.Protocol, w.Addr, w.Mode}
	all, known := s.kept[way]
	if !known {
		every := w
		every.Ports = port.Range{First: 1, Last: math.MaxUint16}
		all.blocks, all.outside = s.blocked(every)
		if s.kept == nil {
			s.kept = map[sameWay]keptOut{}
		}
		s.kept[way] = all
	}
	for _, b := range all.blocks {
		if b.Ports.Overlaps(w.Ports) {
			blocks = append(blocks, b)
		}
	}
	return blocks, all.outside
}
