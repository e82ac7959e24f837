package safeport

import (
	"slices"

	"github.com/safeport/safeport/internal/claim"
	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/verdict"
)

// mapOf lays out who has the ports of a protocol.
func mapOf(r verdict.Result, f verdict.Facts, s *host.Survey) ProtocolMap {
	m := ProtocolMap{Protocol: r.Want.Protocol.String(), Marks: []MapMark{}, Room: []Stretch{}}
	var spoken port.Set
	type spot struct {
		MapKind
		Stretch
	}
	place := map[spot]int{}
	add := func(kind MapKind, h verdict.Holder, r port.Range) {
		for n := int(r.First); n <= int(r.Last); n++ {
			spoken.Add(uint16(n))
		}
		at := spot{kind, stretchOf(r)}
		i, known := place[at]
		if !known {
			i = len(m.Marks)
			place[at] = i
			m.Marks = append(m.Marks, MapMark{Kind: kind, Stretch: at.Stretch})
		}
		m.Marks[i].Holders = append(m.Marks[i].Holders, holderOf(h).Holder)
	}
	for _, h := range r.Holders {
		kind := MarkHeld
		if h.Kind == verdict.Rule {
			kind = MarkRedirected
		}
		add(kind, h, h.Claim().Ports)
	}
	for _, c := range f.Claims {
		if (c.State == claim.Stopped || c.State == claim.Enabled) && c.Protocol == r.Want.Protocol && c.Ports.Len() > 0 {
			if c.State == claim.Enabled && spoken.Has(c.Ports.First) {
				continue // systemd has it already
			}
			add(MarkClaimed, f.Describe(r.Want, c), c.Ports)
		}
	}
	slices.SortStableFunc(m.Marks, func(a, b MapMark) int { return a.First - b.First })
	if taken := s.Taken[r.Want.Protocol]; taken != nil {
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
func room(spoken *port.Set, k claim.Kernel) []Stretch {
	var all []Stretch
	open := false
	for n := max(k.UnprivilegedStart, 1); n <= 65535; n++ {
		single := port.Single(uint16(n))
		switch free := !spoken.Has(uint16(n)) && len(k.Ephemerals(single)) == 0; {
		case free && open:
			all[len(all)-1].Last = n
		case free:
			all = append(all, Stretch{n, n})
		default:
		}
		open = len(all) > 0 && all[len(all)-1].Last == n
	}
	slices.SortStableFunc(all, func(a, b Stretch) int { return b.Len() - a.Len() })
	all = all[:min(len(all), 3)]
	slices.SortFunc(all, func(a, b Stretch) int { return a.First - b.First })
	return all
}
