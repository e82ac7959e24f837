package output

import (
	"fmt"

	"github.com/safeport/safeport/report"
)

// lanes are how many lines of names stand under a strip.
const lanes = 4

func (d *drawing) labels(c chart) {
	var ends [lanes]float64
	deepest := -1
	top := d.y
	label := func(s report.Stretch, class, name string) {
		text := fit(fmt.Sprintf("%s %s", spellStretch(s), name), 26)
		x := placeOf(c.all.Bands, float64(s.First))
		size := svgLetter*float64(width(text)) + 12
		for lane := range lanes {
			left := min(x, svgWidth-svgMargin-size)
			if left < ends[lane] {
				continue
			}
			ends[lane] = left + size
			deepest = max(deepest, lane)
			y := top + float64(lane+1)*14
			fmt.Fprintf(d, "<path d=\"M%.1f %.1fV%.1f\" class=\"leader\"/>\n", x+1.5, top, y-9)
			d.y = y
			d.text(left+4, "label "+class, text)
			return
		}
	}
	for _, w := range c.wanted() {
		label(w.Stretch, wantedPlace(w).String(), d.language.Sprintf("required"))
	}
	for _, m := range c.protocol.Marks {
		label(m.Stretch, kindPlaces[m.Kind].String(), shortName(m))
	}
	d.y = top + float64(deepest+1)*14
}

// shortName is a mark's holder in a word; of a rule, what it does.
func shortName(m report.MapMark) string {
	if len(m.Holders) == 0 {
		return ""
	}
	if m.Kind == report.MarkRedirected {
		return m.Holders[0].Command
	}
	return m.Holders[0].Name
}
