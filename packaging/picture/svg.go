package picture

import (
	"encoding/xml"
	"fmt"
	"strings"
	"unicode/utf8"
)

// The measures of a character, in pixels. A run is stretched to the columns it takes, so that whatever monospaced font the
// reader has gives the same picture.
const (
	column = 8.4
	row    = 20
	margin = 20
	bar    = 36
)

// SVG draws a terminal's output as a window with a title. It needs no script and no font of its own, and carries its text as
// text.
func SVG(title, output string) []byte {
	all := lines(output)
	columns := 0
	for _, line := range all {
		columns = max(columns, width(line))
	}
	w, h := margin*2+int(column*float64(columns)), bar+margin+row*len(all)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">
<title>%s</title>
<style>
text { font: 14px ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #d8dee9; white-space: pre }
.s1 { font-weight: bold; fill: #fff } .s2 { fill: #8b949e } .s31 { fill: #ff7b72 } .s32 { fill: #56d364 } .s33 { fill: #e3b341 }
</style>
<rect x=".5" y=".5" width="%d" height="%d" rx="8" fill="#161b22" stroke="#2d333b"/>
<path d="M0 8a8 8 0 0 1 8-8h%da8 8 0 0 1 8 8v%dH0z" fill="#2d333b"/>
<circle cx="20" cy="14" r="5" fill="#ff7b72"/><circle cx="38" cy="14" r="5" fill="#e3b341"/><circle cx="56" cy="14" r="5" fill="#56d364"/>
<text class="s2" x="%d" y="19" text-anchor="middle">%s</text>
`, w, h, w, h, escape(title), w-1, h-1, w-16, bar-16, w/2, escape(title))
	for i, line := range all {
		at := 0
		for _, r := range line {
			n := utf8.RuneCountInString(r.text)
			if strings.TrimSpace(r.text) != "" {
				fmt.Fprintf(&b, `<text%s x="%.1f" y="%d" textLength="%.1f">%s</text>`, class(r.style), margin+column*float64(at), bar+row*(i+1)-4, column*float64(n), escape(r.text))
			}
			at += n
		}
		b.WriteByte('\n')
	}
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

func width(line []run) int {
	n := 0
	for _, r := range line {
		n += utf8.RuneCountInString(r.text)
	}
	return n
}

func class(style string) string {
	if style == "" {
		return ""
	}
	return ` class="s` + style + `"`
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a builder takes everything
	return b.String()
}
