package output

import (
	"bytes"
	"io"
	"strings"
)

// page is a text being laid out. It is written in one piece at the end, so that a report is never cut in the middle by
// something else on the same terminal.
type page struct {
	buf bytes.Buffer
	opt Options

	chains bool // holders are told with how they came to run
}

// style is the parameter of an ANSI "select graphic rendition" sequence.
type style string

const (
	plain  style = ""
	bold   style = "1"
	dim    style = "2"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
)

// cell is a piece of a line with one style. Widths are counted on the text alone.
type cell struct {
	text  string
	style style
}

// minProse is the narrowest column that prose is wrapped to. On a narrower screen the terminal wraps, and nothing is
// worse for it.
const minProse = 24

// say puts a phrase into the reader's language.
func (p *page) say(format string, args ...any) string { return p.opt.Language.Sprintf(format, args...) }

// line writes text as it is: for commands, which must survive copying.
func (p *page) line(indent int, text string) {
	p.buf.WriteString(strings.Repeat(" ", indent))
	p.buf.WriteString(text)
	p.buf.WriteByte('\n')
}

func (p *page) blank() { p.buf.WriteByte('\n') }

// item writes cells and then prose beside them, wrapped so that its later lines start below its first one.
func (p *page) item(indent int, cells []cell, prose string) {
	p.buf.WriteString(strings.Repeat(" ", indent))
	column := indent
	for i, c := range cells {
		text := c.text
		if i == len(cells)-1 && prose == "" {
			text = strings.TrimRight(text, " ")
		}
		p.styled(text, c.style)
		column += width(text)
	}
	for i, l := range wrap(prose, p.opt.Width, column) {
		if i > 0 {
			p.buf.WriteString(strings.Repeat(" ", column))
		}
		p.buf.WriteString(l)
		p.buf.WriteByte('\n')
	}
}

// indented writes prose of one style, all of its lines that far in.
func (p *page) indented(indent int, prose string, s style) {
	for _, l := range wrap(prose, p.opt.Width, indent) {
		p.buf.WriteString(strings.Repeat(" ", indent))
		p.styled(l, s)
		p.buf.WriteByte('\n')
	}
}

// paragraph writes prose of one style.
func (p *page) paragraph(prose string, s style) {
	for _, l := range wrap(prose, p.opt.Width, 0) {
		p.styled(l, s)
		p.buf.WriteByte('\n')
	}
}

func (p *page) styled(text string, s style) {
	if !p.opt.Colour || s == plain {
		p.buf.WriteString(text)
		return
	}
	p.buf.WriteString("\x1b[" + string(s) + "m" + text + "\x1b[0m")
}

// findingsPage has a section for each code.
const findingsPage = "https://github.com/safeport/safeport/blob/main/docs/findings.md"

// linked is a text that a terminal opens a page for (OSC 8). Its width is not counted: it is for the end of a line.
func linked(text, page string) string {
	return "\x1b]8;;" + page + "\x1b\\" + text + "\x1b]8;;\x1b\\"
}

func (p *page) writeTo(w io.Writer) error {
	_, err := w.Write(p.buf.Bytes())
	return err
}
