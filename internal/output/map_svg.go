package output

import (
	_ "embed"
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/safeport/safeport/report"
)

//go:embed map_svg.css
var mapSVGStyle string

// Measures of the picture, in pixels.
const (
	svgWidth  = 960
	svgMargin = 24
	svgStrip  = 26 // height of a strip
	svgCell   = 13 // a port in the closer pictures
	svgLine   = 18
	svgLetter = 6.4 // width of most letters of the small type
)

// drawing is a picture being drawn from top to bottom.
type drawing struct {
	strings.Builder
	y        float64
	language report.Language
}

// MapSVG draws the ports of a host as a picture that needs nothing else.
func MapSVG(w io.Writer, r *report.MapReport, l report.Language) error {
	d := &drawing{y: svgMargin + 16, language: l}
	d.text(svgMargin, "title", l.Sprintf("Ports of %s", r.Host.Name))
	d.y += 26
	d.bandNames(r.Bands)
	for _, m := range r.Protocols {
		d.strip(chart{r, m})
	}
	for _, m := range r.Protocols {
		d.closer(chart{r, m})
	}
	d.legend(r)
	d.list(r)
	height := d.y + svgMargin
	_, err := fmt.Fprintf(w, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %.0f\" width=\"%d\" height=\"%.0f\" role=\"img\" aria-label=\"%s\">\n<style>%s</style>\n<rect class=\"paper\" width=\"100%%\" height=\"100%%\"/>\n%s</svg>\n",
		svgWidth, height, svgWidth, height, html.EscapeString(l.Sprintf("Ports of %s", r.Host.Name)), mapSVGStyle, d.String())
	return err
}

func (d *drawing) text(x float64, class, text string) {
	fmt.Fprintf(d, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">%s</text>\n", x, d.y, class, html.EscapeString(text))
}

// rect draws a box whose title a browser shows when it is pointed at.
func (d *drawing) rect(x, y, width, height float64, class, title string) {
	fmt.Fprintf(d, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" class=\"%s\">", x, y, width, height, class)
	if title != "" {
		fmt.Fprintf(d, "<title>%s</title>", html.EscapeString(title))
	}
	d.WriteString("</rect>\n")
}

// stripLeft is where strips begin: behind the protocol's name.
const stripLeft = svgMargin + 44

// placeOf is where a port lies on a strip, from the left.
func placeOf(bands []report.Band, n float64) float64 {
	widths := columns(bands, svgWidth-svgMargin-stripLeft, nil)
	x := float64(stripLeft)
	for i, b := range bands {
		if n <= float64(b.Last)+1 || i == len(bands)-1 {
			return x + (n-float64(b.First))/float64(b.Len())*float64(widths[i])
		}
		x += float64(widths[i])
	}
	return x
}

func (d *drawing) bandNames(bands []report.Band) {
	for _, b := range bands {
		x := placeOf(bands, float64(b.First))
		d.text(x+2, "band-name", bandName(b, d.language))
		d.y += 14
		d.text(x+2, "number", fmt.Sprint(b.First))
		d.y -= 14
	}
	d.y += 22
}

// strip draws all ports of a protocol, and names as many of those who have some as there is room for.
func (d *drawing) strip(c chart) {
	bands := c.all.Bands
	top := d.y
	d.y += svgStrip/2 + 4
	d.text(svgMargin, "protocol", strings.ToUpper(c.protocol.Protocol))
	for _, b := range bands {
		x := placeOf(bands, float64(b.First))
		d.rect(x, top, placeOf(bands, float64(b.Last)+0.999)-x-1, svgStrip, "band "+b.Name, bandName(b, d.language)+" "+spellStretch(b.Stretch))
	}
	box := func(s report.Stretch, class, title string) {
		x, end := placeOf(bands, float64(s.First)), placeOf(bands, float64(s.Last)+0.999)
		d.rect(x, top, max(end-x, 3), svgStrip, class, title)
	}
	for _, s := range c.all.Reserved {
		box(s, "reserved", placeName(placeReserved, d.language)+" "+spellStretch(s))
	}
	for _, m := range c.protocol.Marks {
		box(m.Stretch, kindPlaces[m.Kind].String(), spellStretch(m.Stretch)+" "+markText(m, Options{Language: d.language}))
	}
	for _, w := range c.wanted() {
		box(w.Stretch, wantedPlace(w).String(), spellStretch(w.Stretch)+" "+placeName(wantedPlace(w), d.language))
	}
	d.y = top + svgStrip
	d.labels(c)
	d.y += 16
}

// closer draws ports one by one.
func (d *drawing) closer(c chart) {
	rows, _ := c.rows(64)
	if len(rows) == 0 {
		return
	}
	d.y += 18
	d.text(svgMargin, "heading", strings.ToUpper(c.protocol.Protocol)+" · "+d.language.Sprintf("one square per port"))
	d.y += 8
	for _, s := range rows {
		start := s.First / 64 * 64
		d.y += 11
		d.text(svgMargin, "number", fmt.Sprint(start))
		d.y -= 11
		for n := s.First; n <= s.Last; n++ {
			one := report.Stretch{First: n, Last: n}
			x := float64(stripLeft + (n-start)*svgCell)
			at := c.at(one)
			title := fmt.Sprint(n)
			if at != placeFree {
				title = c.tell(n, d.language)
			}
			d.rect(x, d.y, svgCell-2, svgCell-2, "port "+at.String(), title)
		}
		d.y += svgCell + 1
	}
}

// tell says who has a port, and whether it is wanted.
func (c chart) tell(n int, l report.Language) string {
	text := fmt.Sprintf("%d/%s", n, c.protocol.Protocol)
	for _, w := range c.wanted() {
		if w.First <= n && n <= w.Last {
			text = l.Sprintf("%s, %s", text, placeName(wantedPlace(w), l))
		}
	}
	for _, m := range c.protocol.Marks {
		if m.First <= n && n <= m.Last {
			text = l.Sprintf("%s, %s", text, l.Sprintf("%s: %s", placeName(kindPlaces[m.Kind], l), markText(m, Options{Language: l})))
		}
	}
	return text
}

func (d *drawing) legend(r *report.MapReport) {
	d.y += 26
	x := float64(svgMargin)
	for at, on := range shownPlaces(r) {
		if !on {
			continue
		}
		name := placeName(place(at), d.language)
		size := 16 + svgLetter*float64(width(name)) + 18
		if x+size > svgWidth {
			x = svgMargin
			d.y += svgLine
		}
		d.rect(x, d.y-10, 11, 11, "port "+place(at).String(), "")
		d.text(x+16, "small", name)
		x += size
	}
	d.y += 12
}

// list names everybody, as far as a picture is the place for it.
func (d *drawing) list(r *report.MapReport) {
	for _, m := range r.Protocols {
		for i, k := range m.Marks {
			if i == maxSpoken {
				d.y += svgLine
				d.text(svgMargin+16, "small", d.language.Sprintf("and %d more", len(m.Marks)-i))
				break
			}
			d.y += svgLine
			d.rect(svgMargin, d.y-10, 11, 11, "port "+kindPlaces[k.Kind].String(), "")
			d.text(svgMargin+18, "small strong", spellStretch(k.Stretch)+"/"+m.Protocol)
			d.text(svgMargin+118, "small", fit(markText(k, Options{Language: d.language}), 120))
		}
	}
}
