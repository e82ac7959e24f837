package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"safeport"
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
func Map(w io.Writer, r *safeport.MapReport, opt Options) error {
	p := &page{opt: opt, told: map[safeport.Remedy]bool{}}
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
func (p *page) overview(r *safeport.MapReport, columnsLeft int) {
	widths := columns(r.Bands, columnsLeft-len(r.Bands)+1)
	var numbers, names strings.Builder
	for i, b := range r.Bands {
		number := strconv.Itoa(b.First)
		if width(number) > widths[i] {
			number = "" // a part of it would be another number
		}
		numbers.WriteString(pad(number, widths[i]+1))
		names.WriteString(pad(fit(bandName(b, p.opt.Language), widths[i]), widths[i]+1))
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
	p.item(0, []cell{{p.say("%s, one sign a port", c.protocol.Protocol), dim}}, "")
	for _, s := range rows {
		row := []cell{{fmt.Sprintf("%5d ", s.First/each*each), dim}}
		for n := s.First / each * each; n <= s.Last; n++ {
			if n == 0 {
				row = append(row, cell{" ", plain}) // there is no port 0
				continue
			}
			row = p.sign(row, c.at(safeport.Stretch{First: n, Last: n}))
		}
		p.item(0, append(row, cell{fmt.Sprintf(" %d", s.Last), dim}), "")
	}
	if more {
		p.item(gutter, []cell{{p.say("and more: see the list"), dim}}, "")
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

// legend explains the signs that are on the page.
func (p *page) legend(r *safeport.MapReport) {
	p.blank()
	var cells []cell
	for at, on := range shownPlaces(r) {
		if on {
			m := placeMarks[at]
			sign := p.sign([]cell{{}}, place(at))
			cells = append(cells, cell{sign[len(sign)-1].text, m.style}, cell{" " + placeName(place(at), p.opt.Language) + "  ", plain})
		}
	}
	// On a narrow screen one below the other.
	line, used := []cell{}, 0
	for i := 0; i < len(cells); i += 2 {
		size := width(cells[i].text) + width(cells[i+1].text)
		if used > 0 && p.opt.Width > 0 && used+size > p.opt.Width {
			p.item(0, line, "")
			line, used = nil, 0
		}
		line, used = append(line, cells[i], cells[i+1]), used+size
	}
	p.item(0, line, "")
}

// shownPlaces says which kinds of places a report has.
func shownPlaces(r *safeport.MapReport) []bool {
	on := make([]bool, len(placeNames))
	on[placeFree], on[placeReserved] = true, len(r.Reserved) > 0
	for _, m := range r.Protocols {
		for _, k := range m.Marks {
			on[kindPlaces[k.Kind]] = true
		}
	}
	for _, w := range r.Wanted {
		on[wantedPlace(w)] = true
	}
	return on
}

// maxSpoken bounds the list of holders of a protocol, unless everything is asked for.
const maxSpoken = 40

// spoken lists who has, takes or will take ports.
func (p *page) spoken(m safeport.ProtocolMap) {
	for i, k := range m.Marks {
		if i == maxSpoken && !p.opt.Verbose {
			p.item(0, nil, p.say("and %d more places: --verbose lists them all", len(m.Marks)-i))
			break
		}
		row := p.sign([]cell{{}}, kindPlaces[k.Kind])
		p.item(0, append(row[1:], cell{" " + pad(spellStretch(k.Stretch)+"/"+m.Protocol, 12) + "  ", bold}), markText(k, p.opt.Language))
	}
}

// markText says who is behind a mark.
func markText(k safeport.MapMark, l safeport.Language) string {
	var texts []string
	for _, t := range tenants(k.Holders) {
		text := t.who(l)
		if k.Kind == safeport.MarkRedirected && t.Command != "" {
			text += ", " + t.Command
		}
		if len(t.at) > 0 && k.Kind == safeport.MarkHeld && t.Address != "0.0.0.0" && t.Address != "::" {
			text = l.Sprintf("%s, on %s", text, t.Address)
		}
		texts = append(texts, text)
	}
	return enumerate(texts, 3, l)
}

// room tells where there is room, and how many connections there are.
func (p *page) room(r *safeport.MapReport) {
	p.blank()
	for _, m := range r.Protocols {
		if text := roomText(m, p.opt.Language); text != "" {
			p.item(0, nil, text)
		}
		if m.Passing > 0 {
			p.item(0, []cell{{p.say("connections: "), dim}}, p.say("%d more %s ports are in use for now", m.Passing, m.Protocol))
		}
	}
}

// roomText names the widest stretches of free ports.
func roomText(m safeport.ProtocolMap, l safeport.Language) string {
	var widest []string
	for _, s := range m.Room {
		widest = append(widest, l.Sprintf("%s (%d)", spellStretch(s), s.Len()))
	}
	if len(widest) == 0 {
		return ""
	}
	return l.Sprintf("room in %s: ", m.Protocol) + enumerate(widest, 3, l)
}

// asked says how each wanted port fares.
func (p *page) asked(r *safeport.MapReport) {
	if len(r.Wanted) == 0 {
		return
	}
	p.blank()
	list := make([]safeport.Port, len(r.Wanted))
	for i, w := range r.Wanted {
		list[i] = w.Port
	}
	label, verdict := p.widths(list)
	for _, w := range r.Wanted {
		row := p.sign([]cell{{}}, wantedPlace(w))
		p.item(0, append(row[1:], cell{" " + pad(portLabel(w.Port), label) + "  ", bold},
			cell{pad(verdictText(w.Verdict, p.opt.Language), verdict) + "  ", plain}), w.About)
	}
}

func spellStretch(s safeport.Stretch) string {
	if s.First == s.Last {
		return strconv.Itoa(s.First)
	}
	return fmt.Sprintf("%d-%d", s.First, s.Last)
}

// fit cuts a text to a width.
func fit(text string, columns int) string {
	for width(text) > columns {
		_, size := lastRune(text)
		text = text[:len(text)-size]
	}
	return text
}
