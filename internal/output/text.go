package output

import (
	"io"
	"strings"

	"github.com/safeport/safeport/report"
)

// Text writes the answer to a check. When all is clear it is one line a port; what fails is told in the order in which a
// person asks: what is wrong, who holds it, what the port is needed for, what can be done.
func Text(w io.Writer, r *report.Report, opt Options) error {
	p := &page{opt: opt, told: map[report.Remedy]bool{}}
	if h := headline(r, opt); h != "" {
		p.paragraph(h, bold)
		p.blank()
	}
	portWidth, verdictWidth := p.widths(r.Ports)
	told := make(map[string]bool)
	for _, port := range r.Ports {
		// A port that is asked for twice has two rows of one name; what was found about it is said once.
		var findings []report.Finding
		if !told[port.Name] {
			told[port.Name] = true
			findings = about(r.Findings, port.Name)
		}
		p.port(port, findings, portWidth, verdictWidth)
	}
	for _, f := range about(r.Findings, "") {
		p.item(2, []cell{p.mark(severityMark(f.Severity))}, finding(f, opt.Language))
		p.remedies(f.Remedies)
	}
	if opt.Verbose {
		p.evidence(r.Host, r.Ports, r.Sources)
	}
	if r.Verdict != report.Clear {
		p.blank()
		p.paragraph(p.say("Nothing has been changed."), plain)
	}
	return p.writeTo(w)
}

func (p *page) widths(ports []report.Port) (label, verdict int) {
	for _, port := range ports {
		label = max(label, width(portLabel(port)))
		verdict = max(verdict, width(verdictText(port.Verdict, p.opt.Language)))
	}
	return label, verdict
}

// detail is where what belongs to a row is indented to.
const detail = 6

// port writes the row of one port and all that was found about it.
func (p *page) port(port report.Port, findings []report.Finding, portWidth, verdictWidth int) {
	m := portMark(port, findings)
	row := []cell{
		p.mark(m),
		{pad(portLabel(port), portWidth) + "  ", bold},
		{pad(verdictText(port.Verdict, p.opt.Language), verdictWidth) + "  ", m.style},
	}
	lead, rest := leading(port, findings)
	switch {
	case lead == nil:
		p.item(2, row, rowText(port, p.opt.Language))
	case saidByHolders(*lead, port):
		p.item(2, append(row, cell{code(*lead, p.opt.Language), dim}), "")
	default:
		p.item(2, row, finding(*lead, p.opt.Language))
	}
	if !canBeHad(port) || lead != nil || p.opt.Verbose {
		p.tenants(detail, cell{p.say("held by "), dim}, port.Holders)
	}
	if lead != nil {
		if text := purpose(port, p.opt.Language); text != "" {
			p.item(detail, []cell{{p.say("needed for "), dim}}, text)
		}
	}
	for _, f := range rest {
		p.item(detail, []cell{{severityText(f.Severity, p.opt.Language), severityMark(f.Severity).style}}, finding(f, p.opt.Language))
	}
	p.remedies(p.untold(findings))
}

// leading picks the finding that takes the row of a failing port, as there it says more than what the port is for.
func leading(port report.Port, findings []report.Finding) (lead *report.Finding, rest []report.Finding) {
	for i, f := range findings {
		if lead == nil && (f.Severity == report.Error || !canBeHad(port)) {
			lead = &findings[i]
			continue
		}
		rest = append(rest, f)
	}
	return lead, rest
}

// saidByHolders is true of "port 80 is taken by nginx": the lines that follow name nginx, with more about it. Of a range
// the message counts the ports, which the holders do not.
func saidByHolders(f report.Finding, port report.Port) bool {
	return f.Code == report.PortInUse && len(port.Holders) > 0 && !strings.Contains(port.Ports, "-")
}

func rowText(port report.Port, l report.Language) string {
	switch {
	case port.Ports == picked && port.About == "":
		return l.Sprintf("a port that the engine picks")
	case port.Ports == picked:
		return l.Sprintf("%s, a port that the engine picks", port.About)
	case port.Verdict != report.PortOwn:
		return port.About
	}
	if port.About == "" {
		return l.Sprintf("held by the installation itself")
	}
	return l.Sprintf("%s, held by the installation itself", port.About)
}

// finding is a message with its code, which --ignore takes and docs/findings.md explains.
func finding(f report.Finding, l report.Language) string {
	return f.Message + " " + code(f, l)
}

func code(f report.Finding, l report.Language) string {
	if f.Ignored {
		return l.Sprintf("[%s, ignored]", f.Code)
	}
	return "[" + string(f.Code) + "]"
}
