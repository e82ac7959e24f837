package output

import (
	"slices"
	"strings"

	"github.com/safeport/safeport/report"
)

// remedies writes the choices. A command has a line of its own, unwrapped and without a prompt sign, so that the whole
// line can be copied.
func (p *page) remedies(list []report.Remedy) {
	if len(list) == 0 {
		return
	}
	p.item(detail, []cell{{p.say("choices:"), dim}}, "")
	for _, r := range list {
		p.remedy(detail+2, r)
	}
}

func (p *page) remedy(indent int, r report.Remedy) {
	text := r.Text
	if r.Command != "" && text != "" {
		text = p.say("%s:", strings.TrimRight(text, ".:"))
	}
	if text != "" {
		p.item(indent, nil, text)
	}
	if r.Command == "" {
		return
	}
	for l := range strings.SplitSeq(r.Command, "\n") {
		p.line(indent+4, l)
	}
}

// untold leaves out what a warning on an earlier port has offered already: one command reserves the ports of all. What is
// in the way of a port is told with all choices each time.
func (p *page) untold(findings []report.Finding) []report.Remedy {
	list := remediesOf(findings)
	if worstOf(findings) == report.Error {
		return list
	}
	list = slices.DeleteFunc(list, func(r report.Remedy) bool { return r.Command != "" && p.told[r] })
	for _, r := range list {
		p.told[r] = true
	}
	return list
}

// remediesOf joins the choices of all findings on a port: two findings may well offer the same one.
func remediesOf(findings []report.Finding) []report.Remedy {
	var list []report.Remedy
	for _, f := range findings {
		for _, r := range f.Remedies {
			if !slices.Contains(list, r) {
				list = append(list, r)
			}
		}
	}
	return list
}
