package output

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/safeport/safeport/report"
)

var (
	//go:embed map.html
	mapPage string
	//go:embed map_html.css
	mapStyle template.CSS
)

// MapHTML writes the ports of a host as a page that needs nothing else, neither files nor a network nor JavaScript.
func MapHTML(w io.Writer, r *report.MapReport, l report.Language) error {
	page, err := template.New("map").Parse(mapPage)
	if err != nil {
		return fmt.Errorf("reading the page's template: %w", err)
	}
	view := mapView{Language: l, Title: l.Sprintf("Ports of %s", r.Host.Name), Closer: l.Sprintf("one square a port"), Style: mapStyle}
	for at, on := range shownPlaces(r) {
		if on {
			view.Legend = append(view.Legend, legendView{place(at).String(), placeName(place(at), l)})
		}
	}
	for _, p := range r.Wanted {
		view.Wanted = append(view.Wanted, wantedView{wantedPlace(p).String(), portLabel(p.Port), verdictText(p.Verdict, l), p.About})
	}
	for _, m := range r.Protocols {
		view.Charts = append(view.Charts, chartViewOf(chart{r, m}, l))
	}
	var buf bytes.Buffer
	if err := page.Execute(&buf, view); err != nil {
		return fmt.Errorf("filling the page: %w", err)
	}
	_, err = w.Write(buf.Bytes())
	return err
}

// mapView is what the template sees, and the others are its parts.
type (
	mapView struct {
		Language report.Language
		Title    string
		Closer   string
		Style    template.CSS
		Legend   []legendView
		Wanted   []wantedView
		Charts   []chartView
	}
	legendView struct{ Class, Name string }
	wantedView struct{ Class, Label, Verdict, About string }
	chartView  struct {
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
		view.Passing = l.Sprintf("connections: ") + l.Sprintf("%d more %s ports are in use for now", c.protocol.Passing, c.protocol.Protocol)
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
	return markView{kindPlaces[m.Kind].String(), spellStretch(m.Stretch), shortName(m), markText(m, l)}
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
