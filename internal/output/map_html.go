package output

import (
	_ "embed"
	"fmt"
	"io"
	"strings"

	"github.com/safeport/safeport/report"
)

//go:embed map_html.css
var mapStyle raw

// MapHTML writes the ports of a host as a page that needs nothing else, neither files nor a network nor JavaScript.
func MapHTML(w io.Writer, r *report.MapReport, l report.Language) error {
	var page markup
	title := l.Sprintf("Ports of %s", r.Host.Name)
	page.head(string(l), title, "default-src 'none'; style-src 'unsafe-inline'; img-src data:", mapStyle)
	page.put(raw("<header>\n<h1>"), title, raw("</h1>\n<p class=\"legend\">"))
	for at, on := range shownPlaces(r) {
		if on {
			page.put(raw(`<span><i class="port `), place(at).String(), raw(`"></i>`), placeName(place(at), l), raw("</span>"))
		}
	}
	page.put(raw("</p>\n</header>\n<main>\n"))
	if len(r.Wanted) > 0 {
		page.put(raw(`<ul class="wanted">`))
		for _, p := range r.Wanted {
			page.put(raw("\n<li class=\""), wantedPlace(p).String(), raw(`"><b>`), p.Port.Label(), raw("</b> "), verdictText(p.Verdict, l))
			if p.About != "" {
				page.put(raw(" <small>"), p.About, raw("</small>"))
			}
		}
		page.put(raw("\n</ul>\n"))
	}
	for _, m := range r.Protocols {
		page.chart(chartViewOf(chart{r, m}, l), l.Sprintf("one square per port"))
	}
	page.put(raw("</main>\n</body>\n</html>\n"))
	_, err := io.WriteString(w, page.String())
	return err
}

func (m *markup) chart(c chartView, closer string) {
	m.put(raw("<section>\n<h2>"), c.Name, raw("</h2>\n<div class=\"strip\">"))
	for _, b := range c.Bands {
		m.band(b)
	}
	m.put(raw("\n</div>\n"))
	if len(c.Rows) > 0 {
		m.put(raw("<div class=\"closer\">\n<h3>"), closer, raw("</h3>"))
		for _, row := range c.Rows {
			m.put(raw("\n<div class=\"row\"><span>"), row.First, raw("</span><div>"))
			for _, cell := range row.Cells {
				m.put(raw(`<i class="port `), cell.Class, raw(`"`))
				if cell.Title != "" {
					m.put(raw(` title="`), cell.Title, raw(`"`))
				}
				m.put(raw("></i>"))
			}
			m.put(raw("</div></div>"))
		}
		m.put(raw("\n</div>\n"))
	}
	if c.Room != "" {
		m.put(raw(`<p class="room">`), c.Room, raw("</p>"))
	}
	if c.Passing != "" {
		m.put(raw(`<p class="quiet">`), c.Passing, raw("</p>"))
	}
	m.put(raw("\n"))
	if len(c.Marks) > 0 {
		m.put(raw(`<div class="wide"><table>`))
		for _, mark := range c.Marks {
			m.put(raw("\n<tr><td><i class=\"port "), mark.Class, raw(`"></i><th scope="row">`), mark.Ports, raw("<td>"), mark.Title)
		}
		m.put(raw("\n</table></div>"))
	}
	m.put(raw("\n</section>\n"))
}

func (m *markup) band(b bandView) {
	m.put(raw("\n<div class=\"band "), b.Name, raw(`" style="--weight:`), b.Weight, raw("\">\n<h3>"), b.Title, raw(" <small>"), b.Range,
		raw("</small></h3>\n<svg viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"))
	for _, box := range b.Boxes {
		m.put(raw(`<rect x="`), box.X, raw(`" width="`), box.Width, raw(`" height="10" class="`), box.Class, raw(`"/>`))
	}
	m.put(raw("</svg>\n"))
	if len(b.Chips) > 0 {
		m.put(raw(`<ul class="chips">`))
		for _, chip := range b.Chips {
			m.put(raw(`<li class="`), chip.Class, raw(`" title="`), chip.Title, raw(`"><b>`), chip.Ports, raw("</b> "), chip.Name, raw("</li>"))
		}
		m.put(raw("</ul>"))
	}
	m.put(raw("\n"))
	if b.More != "" {
		m.put(raw(`<p class="quiet">`), b.More, raw("</p>"))
	}
	m.put(raw("\n</div>"))
}

// The parts of a chart as the page shows them.
type (
	chartView struct {
		Name, Room, Passing string
		Bands               []bandView
		Rows                []rowView
		Marks               []markView
	}
	bandView struct {
		Name, Title, Range, More string
		Weight                   int
		Boxes                    []boxView
		Chips                    []markView
	}
	boxView struct { // in thousandths of the band
		X, Width float64
		Class    string
	}
	markView struct{ Class, Ports, Name, Title string }
	rowView  struct {
		First int
		Cells []cellView
	}
	cellView struct{ Class, Title string }
)

func chartViewOf(c chart, l report.Language) chartView {
	view := chartView{Name: strings.ToUpper(c.protocol.Protocol), Room: roomText(c.protocol, l)}
	if c.protocol.Passing > 0 {
		view.Passing = l.Sprintf("source ports in use: ") + l.Sprintf("%d (%s)", c.protocol.Passing, c.protocol.Protocol)
	}
	for _, b := range c.all.Bands {
		view.Bands = append(view.Bands, bandViewOf(c, b, l))
	}
	rows, _ := c.rows(64)
	for _, s := range rows {
		row := rowView{First: s.First / 64 * 64}
		for n := row.First; n <= s.Last; n++ {
			cell := cellView{Class: c.at(report.Stretch{First: n, Last: n}).String(), Title: fmt.Sprint(n)}
			if cell.Class != placeFree.String() {
				cell.Title = c.tell(n, l)
			}
			row.Cells = append(row.Cells, cell)
		}
		view.Rows = append(view.Rows, row)
	}
	for _, m := range c.protocol.Marks {
		view.Marks = append(view.Marks, markViewOf(m, l))
	}
	return view
}

func markViewOf(m report.MapMark, l report.Language) markView {
	return markView{kindPlaces[m.Kind].String(), spellStretch(m.Stretch), shortName(m), markText(m, Options{Language: l})}
}

// maxChips bounds the names under a band: the list below has them all.
const maxChips = 12

func bandViewOf(c chart, b report.Band, l report.Language) bandView {
	view := bandView{Name: b.Name, Title: bandName(b, l), Range: spellStretch(b.Stretch), Weight: weights[b.Name]}
	box := func(class string, s report.Stretch) bool {
		first, last := max(s.First, b.First), min(s.Last, b.Last)
		if first > last {
			return false
		}
		part := 1000 / float64(b.Len())
		view.Boxes = append(view.Boxes, boxView{float64(first-b.First) * part, float64(last-first+1) * part, class})
		return true
	}
	for _, s := range c.all.Reserved {
		box(placeReserved.String(), s)
	}
	more := 0
	for _, m := range c.protocol.Marks {
		switch {
		case !box(kindPlaces[m.Kind].String(), m.Stretch):
		case len(view.Chips) < maxChips:
			view.Chips = append(view.Chips, markViewOf(m, l))
		default:
			more++
		}
	}
	for _, w := range c.wanted() {
		box(wantedPlace(w).String(), w.Stretch)
	}
	if more > 0 {
		view.More = l.Sprintf("and %d more", more)
	}
	return view
}
