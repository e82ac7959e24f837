package output

import (
	"io"
	"slices"

	"github.com/safeport/safeport/report"
)

// Who writes who holds each port, and how it is freed.
func Who(w io.Writer, r *report.WhoReport, opt Options) error {
	p := &page{opt: opt, chains: true}
	portWidth := labelWidth(r.Ports)
	told := make(map[string]bool)
	for _, port := range r.Ports {
		var findings []report.Finding
		if !told[port.Name] {
			told[port.Name] = true
			findings = about(r.Findings, port.Name)
		}
		p.whoPort(port, findings, portWidth)
	}
	p.whoFindings(about(r.Findings, ""), 0, func(f report.Finding) bool { return f.Unchecked != "" && !p.opt.Verbose })
	if opt.Verbose {
		p.evidence(r.Host, r.Ports, r.Sources)
	}
	return p.writeTo(w)
}

func (p *page) whoPort(port report.Port, findings []report.Finding, portWidth int) {
	label := cell{pad(port.Label(), portWidth) + "  ", bold}
	if len(port.Holders) == 0 {
		p.item(0, []cell{label}, nobody(port.Verdict, p.opt.Language))
	} else {
		p.tenants(0, label, port.Holders)
	}
	p.whoFindings(findings, portWidth+2, func(f report.Finding) bool { return saidByHolders(f, port) })
}

// nobody says what it means that no holder was found.
func nobody(v report.PortVerdict, l report.Language) string {
	switch v {
	case report.PortFree, report.PortOwn:
		return l.Sprintf("not in use")
	case report.PortRedirected:
		return l.Sprintf("not in use, but its traffic is redirected")
	case report.PortDenied:
		return l.Sprintf("no visible process; this user can't bind it")
	case report.PortUnavailable:
		return l.Sprintf("not in use: this host doesn't have the address")
	case report.PortBusy:
		return l.Sprintf("in use by a process that isn't visible from here")
	}
	return l.Sprintf("not checked")
}

// whoFindings writes what else is to be known, and how the port is freed. What the holders say already is left out: to be
// held is no fault of a port that is only asked about.
func (p *page) whoFindings(findings []report.Finding, indent int, said func(report.Finding) bool) {
	for _, f := range findings {
		if !said(f) {
			p.item(indent, []cell{p.mark(severityMark(f.Severity))}, finding(f, p.opt.Language))
		}
	}
	unchecked := slices.DeleteFunc(slices.Clone(findings), func(f report.Finding) bool { return f.Unchecked == "" || p.opt.Verbose })
	p.unchecked(unchecked)
	known := slices.DeleteFunc(slices.Clone(findings), func(f report.Finding) bool { return f.Unchecked != "" && !p.opt.Verbose })
	p.remedies(indent, remediesOf(known))
}
