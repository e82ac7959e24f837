package output

import (
	"slices"

	"github.com/safeport/safeport/report"
)

// point is one thing that a check passes or fails, as the formats of test runners count them: a port, or a finding about
// no port in particular.
type point struct {
	name     string
	port     report.Port // the zero value for a finding about none
	findings []report.Finding
	verdict  report.Verdict
}

// points are a check's rows. Information about no port makes none: there is nothing in it to pass or to fail.
func points(r *report.Report, strict bool) []point {
	var list []point
	for _, p := range r.Ports {
		list = append(list, point{name: pointName(p), port: p, findings: about(r.Findings, p.Name)})
	}
	for _, f := range about(r.Findings, "") {
		if f.Severity != report.Info {
			list = append(list, point{name: string(f.Code), findings: []report.Finding{f}})
		}
	}
	for i := range list {
		list[i].verdict = list[i].judged(strict)
	}
	return list
}

// pointName tells two ports of one number apart by who wants them: "gpustack web 80/tcp". A port that was given as such
// has no other name than its number.
func pointName(p report.Port) string {
	if p.Service == "" && p.Origin.Kind == "argument" {
		return p.Label()
	}
	name := p.Name + " " + p.Label()
	if p.Service != "" {
		name = p.Service + " " + name
	}
	return name
}

func (p point) judged(strict bool) report.Verdict {
	switch worst := worstOf(p.findings); {
	case p.port.Verdict == report.PortUnknown && !slices.ContainsFunc(p.findings, isDuplicate):
		return report.Unknown
	case worst == report.Error:
		return report.Blocked
	case worst != report.Warning && (p.port.Verdict == "" || canBeHad(p.port)):
		return report.Clear
	}
	r := report.Report{Verdict: report.Warned, Findings: p.findings}
	return r.Judge(strict)
}

// worst is the gravest of the findings, the first of several. A port that cannot be had always has one; should it not, its
// verdict must do.
func (p point) worst() report.Finding {
	for _, f := range p.findings {
		if f.Severity == worstOf(p.findings) {
			return f
		}
	}
	return report.Finding{Code: report.Code(p.port.Verdict), Message: p.name + ": " + string(p.port.Verdict)}
}

// details tells a point in full, a line a fact: what was found, who holds the port, and the choices with their commands.
func (p point) details(opt Options) []string {
	l := opt.Language
	var lines []string
	for _, f := range p.findings {
		lines = append(lines, severityText(f.Severity, l)+finding(f, l))
	}
	for i, t := range tenants(p.port.Holders) {
		if i == maxHolders {
			lines = append(lines, l.Sprintf("and more: -o json lists all"))
			break
		}
		lines = append(lines, l.Sprintf("in use by ")+t.seen(opt))
	}
	for _, r := range remediesOf(p.findings) {
		lines = append(lines, choice(r, l))
	}
	return lines
}

// choice is a remedy in one line.
func choice(r report.Remedy, l report.Language) string {
	switch {
	case r.Command == "":
		return l.Sprintf("fix: %s", r.Text)
	case r.Text == "":
		return l.Sprintf("fix: %s", r.Command)
	}
	return l.Sprintf("fix: %s: %s", r.Text, r.Command)
}
