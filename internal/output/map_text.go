package output

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/safeport/safeport/report"
)

// placeMarks are the signs of places, on a terminal that has more than ASCII and on others.
var placeMarks = []mark{
	placeFree:       {"·", ".", dim},
	placeReserved:   {"─", "-", dim},
	placeClaimed:    {"▒", "+", yellow},
	placeRedirected: {"◆", ">", yellow},
	placeHeld:       {"█", "#", bold},
	placeWanted:     {"▲", "^", green},
	placeRefused:    {"✗", "x", red},
}

// gutter is where the strips begin: behind "65472 ".
const gutter = 6

// Map draws the ports of a host for a terminal: all of them on one strip, the interesting ones one by one, and who has them.
func Map(w io.Writer, r *report.MapReport, opt Options) error {
	p := &page{opt: opt}
	p.paragraph(p.say("Ports of %s", r.Host.Name), bold)
	p.blank()
	width := opt.Width
	if width <= 0 {
		width = 100
	}
	p.overview(r, max(width-gutter, 16))
	for _, m := range r.Protocols {
		p.closer(chart{r, m}, width)
	}
	p.legend(r)
	p.blank()
	for _, m := range r.Protocols {
		p.spoken(m)
	}
	p.room(r)
	p.asked(r)
	return p.writeTo(w)
}

// overview draws every port: a strip for each protocol, under the names of the bands.
func (p *page) overview(r *report.MapReport, columnsLeft int) {
	var named []int
	for _, b := range r.Bands {
		named = append(named, width(bandName(b, p.opt.Language)))
	}
	widths := columns(r.Bands, columnsLeft-len(r.Bands)+1, named)
	var numbers, names strings.Builder
	for i, b := range r.Bands {
		number := strconv.Itoa(b.First)
		if width(number) > widths[i] {
			number = "" // a part of it would be another number
		}
		numbers.WriteString(pad(number, widths[i]+1))
		name := bandName(b, p.opt.Language)
		if width(name) > widths[i] {
			name = "" // a part of it is no word
		}
		names.WriteString(pad(name, widths[i]+1))
	}
	p.item(gutter, []cell{{names.String(), dim}}, "")
	p.item(gutter, []cell{{numbers.String(), dim}}, "")
	border := cell{"|", dim}
	if p.opt.UTF8 {
		border.text = "│"
	}
	for _, m := range r.Protocols {
		c := chart{r, m}
		row := []cell{{pad(m.Protocol, gutter), bold}}
		for i, b := range r.Bands {
			if i > 0 {
				row = append(row, border)
			}
			for column := range widths[i] {
				row = p.sign(row, c.at(part(b.Stretch, column, widths[i])))
			}
		}
		p.item(0, row, "")
	}
}

// closer draws ports one by one.
func (p *page) closer(c chart, width int) {
	each := 64
	for each > 8 && gutter+each+6 > width {
		each /= 2
	}
	rows, more := c.rows(each)
	if len(rows) == 0 {
		return
	}
	p.blank()
	p.item(0, []cell{{p.say("%s, one character per port", c.protocol.Protocol), dim}}, "")
	for _, s := range rows {
		row := []cell{{fmt.Sprintf("%5d ", s.First/each*each), dim}}
		for n := s.First / each * each; n <= s.Last; n++ {
			if n == 0 {
				row = append(row, cell{" ", plain}) // there is no port 0
				continue
			}
			row = p.sign(row, c.at(report.Stretch{First: n, Last: n}))
		}
		p.item(0, append(row, cell{fmt.Sprintf(" %d", s.Last), dim}), "")
	}
	if more {
		p.item(gutter, []cell{{p.say("more: see the list"), dim}}, "")
	}
}

// sign adds a place to a row, to the last cell where that looks the same.
func (p *page) sign(row []cell, at place) []cell {
	m := placeMarks[at]
	text := m.ascii
	if p.opt.UTF8 {
		text = m.sign
	}
	if last := len(row) - 1; row[last].style == m.style && strings.HasSuffix(row[last].text, text) {
		row[last].text += text
		return row
	}
	return append(row, cell{text, m.style})
}
