package output

import (
	"slices"
	"strings"

	"github.com/safeport/safeport/report"
)

// remedies writes choices, a line each where all fit. A command is never wrapped, so that the whole of it can be copied.
func (p *page) remedies(indent int, list []report.Remedy) {
	texts := make([]string, len(list))
	column, widest := 0, 0
	lines := false // a command that is a script has lines of its own
	for i, r := range list {
		texts[i] = r.Text
		if r.Command == "" {
			continue
		}
		if r.Text != "" {
			texts[i] = p.say("%s:", strings.TrimRight(r.Text, ".:"))
		}
		column, widest = max(column, width(texts[i])), max(widest, width(r.Command))
		lines = lines || strings.Contains(r.Command, "\n")
	}
	beside := !lines && (p.opt.Width == 0 || indent+column+2+widest <= p.opt.Width)
	for i, r := range list {
		switch {
		case r.Command == "":
			p.item(indent, nil, texts[i])
		case beside:
			p.line(indent, pad(texts[i], column)+"  "+r.Command)
		default:
			if texts[i] != "" {
				p.item(indent, nil, texts[i])
			}
			for l := range strings.SplitSeq(r.Command, "\n") {
				p.line(indent+4, l)
			}
		}
	}
}

// fix is what puts one thing right that fails.
type fix struct {
	of   string // a port, or the code of a finding that is about none
	port bool
	list []report.Remedy
}

// fixes writes what can be done about what fails, if there is something. What helps all of it stands first, and once.
func (p *page) fixes(r *report.Report, leads []*report.Finding) bool {
	first := firstOf(r)
	all := fixesOf(r, leads, first)
	if len(all) == 0 {
		return false
	}
	// What helps one of several says which.
	common := all[0].list
	if len(all) == 1 && len(leads) > 1 {
		common = nil
	}
	for _, f := range all[1:] {
		common = slices.DeleteFunc(slices.Clone(common), func(r report.Remedy) bool { return !slices.Contains(f.list, r) })
	}
	p.blank()
	if len(first) > 0 {
		p.section(p.say("First:"), p.say("First:"), first)
	}
	if len(common) > 0 {
		p.section(p.say("To fix:"), p.say("To fix, do one of the following:"), common)
	}
	for _, f := range all {
		list := slices.DeleteFunc(slices.Clone(f.list), func(r report.Remedy) bool { return slices.Contains(common, r) })
		what := f.of
		if f.port {
			what = p.say("port %s", f.of)
		}
		switch {
		case len(list) == 0:
		case len(common) > 0:
			p.section(p.say("Or, for %s:", what), p.say("Or, for %s:", what), list)
		default:
			p.section(p.say("To fix %s:", what), p.say("To fix %s, do one of the following:", what), list)
		}
	}
	return true
}

func (p *page) section(one, several string, list []report.Remedy) {
	title := several
	if len(list) == 1 {
		title = one
	}
	p.paragraph(title, plain)
	p.remedies(2, list)
}

// firstOf is what has to be done before anything else helps: the engine makes no container, and that is not all.
func firstOf(r *report.Report) []report.Remedy {
	var refuses []report.Finding
	beside := false
	for _, f := range r.Findings {
		switch {
		case f.Severity != report.Error:
		case f.Code == report.EngineRefuses:
			refuses = append(refuses, f)
		case len(f.Remedies) > 0:
			beside = true
		}
	}
	if !beside {
		return nil
	}
	return remediesOf(refuses)
}

// fixesOf are the other fixes by what they are for, in the order of the ports.
func fixesOf(r *report.Report, leads []*report.Finding, first []report.Remedy) []fix {
	var all []fix
	add := func(of string, port bool, findings []report.Finding) {
		findings = slices.DeleteFunc(slices.Clone(findings), func(f report.Finding) bool {
			return f.Severity != report.Error && !isLead(f, leads) || f.Code == report.EngineRefuses && len(first) > 0
		})
		if list := remediesOf(findings); len(list) > 0 {
			all = append(all, fix{of, port, list})
		}
	}
	var told []string
	for _, port := range r.Ports {
		if !slices.Contains(told, port.Name) {
			told = append(told, port.Name)
			add(headlineName(port), true, about(r.Findings, port.Name))
		}
	}
	for _, f := range about(r.Findings, "") {
		add(string(f.Code), false, []report.Finding{f})
	}
	return all
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
