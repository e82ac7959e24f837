package check

import (
	"slices"

	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/verdict"
	"github.com/safeport/safeport/report"
)

// mapOf lays out who has the ports of a protocol.
func mapOf(r verdict.Result, f verdict.Facts, s *host.Survey) report.ProtocolMap {
	m := report.ProtocolMap{Protocol: r.Required.Protocol.String(), Marks: []report.MapMark{}, Room: []report.Stretch{}}
	var spoken port.Set
	type spot struct {
		report.MapKind
		report.Stretch
	}
	place := map[spot]int{}
	add := func(kind report.MapKind, h verdict.Holder, r port.Range) {
		for n := int(r.First); n <= int(r.Last); n++ {
			spoken.Add(uint16(n))
		}
		at := spot{kind, stretchOf(r)}
		i, known := place[at]
		if !known {
			i = len(m.Marks)
			place[at] = i
			m.Marks = append(m.Marks, report.MapMark{Kind: kind, Stretch: at.Stretch})
		}
		m.Marks[i].Holders = append(m.Marks[i].Holders, describe.HolderOf(h).Holder)
	}
	for _, h := range r.Holders {
		kind := report.MarkHeld
		if h.Kind == verdict.Rule {
			kind = report.MarkRedirected
		}
		add(kind, h, h.Use().Ports)
	}
	for _, c := range f.Uses {
		if (c.State == facts.Stopped || c.State == facts.Enabled) && c.Protocol == r.Required.Protocol && c.Ports.Len() > 0 {
			if c.State == facts.Enabled && spoken.Has(c.Ports.First) {
				continue // systemd has it already
			}
			add(report.MarkClaimed, f.Describe(r.Required, c), c.Ports)
		}
	}
	slices.SortStableFunc(m.Marks, func(a, b report.MapMark) int { return a.First - b.First })
	if taken := s.Taken[r.Required.Protocol]; taken != nil {
		for n := 1; n <= 65535; n++ {
			if taken.Has(uint16(n)) && !spoken.Has(uint16(n)) {
				m.Passing++
				spoken.Add(uint16(n))
			}
		}
	}
	m.Room = append(m.Room, room(&spoken, s.Kernel)...)
	return m
}

// room finds the widest stretches that nobody speaks for, everybody may bind, and no outgoing connection takes.
func room(spoken *port.Set, k facts.Kernel) []report.Stretch {
	var all []report.Stretch
	open := false
	for n := max(k.UnprivilegedStart, 1); n <= 65535; n++ {
		single := port.Single(uint16(n))
		switch free := !spoken.Has(uint16(n)) && len(k.Ephemerals(single)) == 0; {
		case free && open:
			all[len(all)-1].Last = n
		case free:
			all = append(all, report.Stretch{First: n, Last: n})
		default:
		}
		open = len(all) > 0 && all[len(all)-1].Last == n
	}
	slices.SortStableFunc(all, func(a, b report.Stretch) int { return b.Len() - a.Len() })
	all = all[:min(len(all), 3)]
	slices.SortFunc(all, func(a, b report.Stretch) int { return a.First - b.First })
	return all
}
