package output

import (
	"github.com/safeport/safeport/report"
)

// place is how a port, or the ports behind one sign of a picture, are spoken for. The last one of several is shown.
type place uint8

const (
	placeFree place = iota
	placeReserved
	placeClaimed
	placeRedirected
	placeHeld
	placeWanted  // and can be had
	placeRefused // wanted, and cannot be had
)

// placeNames are also the classes of a page's style.
var placeNames = []string{"free", "reserved", "claimed", "redirected", "held", "wanted", "refused"}

func (p place) String() string { return placeNames[p] }

var kindPlaces = map[report.MapKind]place{
	report.MarkHeld: placeHeld, report.MarkRedirected: placeRedirected, report.MarkClaimed: placeClaimed,
}

func wantedPlace(w report.WantedPort) place {
	if canBeHad(w.Port) {
		return placeWanted
	}
	return placeRefused
}

// chart answers for the ports of one protocol what is to be shown of them.
type chart struct {
	all      *report.MapReport
	protocol report.ProtocolMap
}

// at is what is shown of a stretch.
func (c chart) at(s report.Stretch) place {
	shown := placeFree
	see := func(p place, o report.Stretch) {
		if o.First <= s.Last && s.First <= o.Last {
			shown = max(shown, p)
		}
	}
	for _, r := range c.all.Reserved {
		see(placeReserved, r)
	}
	for _, m := range c.protocol.Marks {
		see(kindPlaces[m.Kind], m.Stretch)
	}
	for _, w := range c.wanted() {
		see(wantedPlace(w), w.Stretch)
	}
	return shown
}

func (c chart) wanted() []report.WantedPort {
	var list []report.WantedPort
	for _, w := range c.all.Wanted {
		if w.Protocol == c.protocol.Protocol {
			list = append(list, w)
		}
	}
	return list
}

// weights are how much of a picture a band takes. In proportion, the thousand ports of which everybody knows some would be
// one sign, and the ephemeral ones, of which nobody does, half of it.
var weights = map[string]int{"privileged": 4, "registered": 9, "ephemeral": 4, "high": 2}

// columns divides a width among the bands. Each has at least as much as its name takes, if there is so much for all.
func columns(bands []report.Band, width int, names []int) []int {
	total, named := 0, 0
	for _, b := range bands {
		total += weights[b.Name]
	}
	for _, n := range names {
		named += n
	}
	list := make([]int, len(bands))
	left := width
	for i, b := range bands {
		least := min(5, width/8)
		if names != nil && named <= width {
			least = names[i]
		}
		list[i] = max(1, min(max(width*weights[b.Name]/total, least), b.Len()))
		left -= list[i]
	}
	for i, b := range bands {
		if b.Name == "registered" {
			list[i] = max(1, min(list[i]+left, b.Len()))
		}
	}
	return list
}

// part is the i-th of n equal parts of a stretch.
func part(s report.Stretch, i, n int) report.Stretch {
	return report.Stretch{First: s.First + s.Len()*i/n, Last: s.First + s.Len()*(i+1)/n - 1}
}

// maxRows bounds a zoomed picture.
const maxRows = 12

// rows are the stretches of a width, each starting at a multiple of it, that are worth a closer look: those with wanted ports and
// their neighbours, or else those where something is. What outgoing connections may take any moment is no place to look.
func (c chart) rows(width int) (list []report.Stretch, more bool) {
	starts := map[int]bool{}
	add := func(s report.Stretch, around int) {
		first, last := s.First/width*width, s.Last/width*width
		if last-first > 3*width {
			last = first + 3*width
		}
		for start := first - around*width; start <= last+around*width; start += width {
			if start >= 0 && start <= 65535 {
				starts[start] = true
			}
		}
	}
	wanted := c.wanted()
	for _, w := range wanted {
		add(w.Stretch, 1)
	}
	if len(c.all.Wanted) == 0 {
		for _, m := range c.protocol.Marks {
			if c.band(m.First) != "ephemeral" {
				add(m.Stretch, 0)
			}
		}
	}
	for start := 0; start <= 65535; start += width {
		if !starts[start] {
			continue
		}
		if len(list) == maxRows {
			return list, true
		}
		list = append(list, report.Stretch{First: max(start, 1), Last: min(start+width-1, 65535)})
	}
	return list, false
}

func (c chart) band(n int) string {
	for _, b := range c.all.Bands {
		if b.First <= n && n <= b.Last {
			return b.Name
		}
	}
	return ""
}
