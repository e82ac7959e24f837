package output

import (
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/safeport/safeport/report"
)

// legend explains the signs that are on the page.
func (p *page) legend(r *report.MapReport) {
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
func shownPlaces(r *report.MapReport) []bool {
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
func (p *page) spoken(m report.ProtocolMap) {
	for i, k := range m.Marks {
		if i == maxSpoken && !p.opt.Verbose {
			p.item(0, nil, p.say("and %d more: --verbose lists all", len(m.Marks)-i))
			break
		}
		row := p.sign([]cell{{}}, kindPlaces[k.Kind])
		p.item(0, append(row[1:], cell{" " + pad(spellStretch(k.Stretch)+"/"+m.Protocol, 12) + "  ", bold}), markText(k, p.opt))
	}
}

// markText says who is behind a mark.
func markText(k report.MapMark, opt Options) string {
	l := opt.Language
	var texts []string
	for _, t := range tenants(k.Holders) {
		text := t.who(opt)
		if k.Kind == report.MarkRedirected && t.Command != "" {
			text = l.Sprintf("%s, %s", text, t.Command)
		}
		if len(t.at) > 0 && k.Kind == report.MarkHeld && t.Address != "0.0.0.0" && t.Address != "::" {
			text = l.Sprintf("%s, on %s", text, t.Address)
		}
		texts = append(texts, text)
	}
	return enumerate(texts, 3, l)
}

// room tells where there is room, and how many connections there are.
func (p *page) room(r *report.MapReport) {
	p.blank()
	for _, m := range r.Protocols {
		if text := roomText(m, p.opt.Language); text != "" {
			p.item(0, nil, text)
		}
		if m.Passing > 0 {
			p.item(0, []cell{{p.say("source ports in use: "), dim}}, p.say("%d (%s)", m.Passing, m.Protocol))
		}
	}
}

// roomText names the widest stretches of free ports.
func roomText(m report.ProtocolMap, l report.Language) string {
	var widest []string
	for _, s := range m.Room {
		widest = append(widest, l.Sprintf("%s (%d)", spellStretch(s), s.Len()))
	}
	if len(widest) == 0 {
		return ""
	}
	return l.Sprintf("free %s ranges: ", m.Protocol) + enumerate(widest, 3, l)
}

// asked says how each wanted port fares.
func (p *page) asked(r *report.MapReport) {
	if len(r.Wanted) == 0 {
		return
	}
	p.blank()
	list := make([]report.Port, len(r.Wanted))
	for i, w := range r.Wanted {
		list[i] = w.Port
	}
	label, verdict := labelWidth(list), 0
	for _, port := range list {
		verdict = max(verdict, width(verdictText(port.Verdict, p.opt.Language)))
	}
	for _, w := range r.Wanted {
		row := p.sign([]cell{{}}, wantedPlace(w))
		p.item(0, append(row[1:], cell{" " + pad(w.Port.Label(), label) + "  ", bold},
			cell{pad(verdictText(w.Verdict, p.opt.Language), verdict) + "  ", plain}), w.About)
	}
}

func spellStretch(s report.Stretch) string {
	if s.First == s.Last {
		return strconv.Itoa(s.First)
	}
	return fmt.Sprintf("%d-%d", s.First, s.Last)
}

// fit cuts a text to a width.
func fit(text string, columns int) string {
	for width(text) > columns {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
	}
	return text
}
