package report

import (
	"io"
	"strings"
	"unicode/utf8"

	"safeport"
)

// Text writes the answer to a check. When all is clear it is one line a port; what fails is told in the order in which a
// person asks: what is wrong, who holds it, what the port is needed for, what can be done.
func Text(w io.Writer, r *safeport.Report, opt Options) error {
	p := &page{opt: opt, told: map[safeport.Remedy]bool{}}
	if h := headline(r); h != "" {
		p.paragraph(h, bold)
		p.blank()
	}
	portWidth, verdictWidth := widths(r.Ports)
	told := make(map[string]bool)
	for _, port := range r.Ports {
		// A port that is asked for twice has two rows of one name; what was found about it is said once.
		var findings []safeport.Finding
		if !told[port.Name] {
			told[port.Name] = true
			findings = about(r.Findings, port.Name)
		}
		p.port(port, findings, portWidth, verdictWidth)
	}
	for _, f := range about(r.Findings, "") {
		p.item(2, []cell{p.mark(severityMark(f.Severity))}, finding(f))
		p.remedies(f.Remedies)
	}
	if opt.Verbose {
		p.evidence(r.Host, r.Ports, r.Sources)
	}
	if r.Verdict != safeport.Clear {
		p.blank()
		p.paragraph("Nothing has been changed.", plain)
	}
	return p.writeTo(w)
}

func widths(ports []safeport.Port) (label, verdict int) {
	for _, p := range ports {
		label = max(label, utf8.RuneCountInString(portLabel(p)))
		verdict = max(verdict, len(p.Verdict))
	}
	return label, verdict
}

// detail is where what belongs to a row is indented to.
const detail = 6

// port writes the row of one port and all that was found about it.
func (p *page) port(port safeport.Port, findings []safeport.Finding, portWidth, verdictWidth int) {
	m := portMark(port, findings)
	row := []cell{
		p.mark(m),
		{pad(portLabel(port), portWidth) + "  ", bold},
		{pad(string(port.Verdict), verdictWidth) + "  ", m.style},
	}
	lead, rest := leading(port, findings)
	switch {
	case lead == nil:
		p.item(2, row, rowText(port))
	case saidByHolders(*lead, port):
		p.item(2, append(row, cell{code(*lead), dim}), "")
	default:
		p.item(2, row, finding(*lead))
	}
	if !canBeHad(port) || lead != nil || p.opt.Verbose {
		p.tenants(detail, cell{"held by ", dim}, port.Holders)
	}
	if lead != nil {
		if text := purpose(port); text != "" {
			p.item(detail, []cell{{"needed for ", dim}}, text)
		}
	}
	for _, f := range rest {
		p.item(detail, []cell{{string(f.Severity) + ": ", severityMark(f.Severity).style}}, finding(f))
	}
	p.remedies(p.untold(findings))
}

// leading picks the finding that takes the row of a failing port, as there it says more than what the port is for.
func leading(port safeport.Port, findings []safeport.Finding) (lead *safeport.Finding, rest []safeport.Finding) {
	for i, f := range findings {
		if lead == nil && (f.Severity == safeport.Error || !canBeHad(port)) {
			lead = &findings[i]
			continue
		}
		rest = append(rest, f)
	}
	return lead, rest
}

// saidByHolders is true of "port 80 is taken by nginx": the lines that follow name nginx, with more about it. Of a range
// the message counts the ports, which the holders do not.
func saidByHolders(f safeport.Finding, port safeport.Port) bool {
	return f.Code == safeport.PortInUse && len(port.Holders) > 0 && !strings.Contains(port.Ports, "-")
}

func rowText(port safeport.Port) string {
	if port.Verdict != safeport.PortOwn {
		return port.About
	}
	if port.About == "" {
		return "held by the installation itself"
	}
	return port.About + ", held by the installation itself"
}

// finding is a message with its code, which --ignore takes and docs/findings.md explains.
func finding(f safeport.Finding) string {
	return f.Message + " " + code(f)
}

func code(f safeport.Finding) string {
	if f.Ignored {
		return "[" + string(f.Code) + ", ignored]"
	}
	return "[" + string(f.Code) + "]"
}
