package report

import (
	"io"

	"safeport"
)

// Who writes who holds each port, and how it is freed.
func Who(w io.Writer, r *safeport.WhoReport, opt Options) error {
	p := &page{opt: opt}
	portWidth, _ := widths(r.Ports)
	told := make(map[string]bool)
	for _, port := range r.Ports {
		p.whoPort(port, portWidth)
		// One argument may stand for a TCP and a UDP row of the same name; what was found about it is said once.
		if !told[port.Name] {
			told[port.Name] = true
			p.whoFindings(about(r.Findings, port.Name))
		}
	}
	p.whoFindings(about(r.Findings, ""))
	if opt.Verbose {
		p.evidence(r.Host, r.Ports, r.Sources)
	}
	return p.writeTo(w)
}

func (p *page) whoPort(port safeport.Port, portWidth int) {
	list := tenants(port.Holders)
	label := cell{pad(portLabel(port), portWidth) + "  ", bold}
	if len(list) == 0 {
		p.item(0, []cell{label}, nobody(port.Verdict))
		return
	}
	for i, t := range list {
		if i == maxHolders && !p.opt.Verbose {
			p.item(portWidth+2, nil, "and "+count(len(list)-i, "more holder")+": --verbose lists all")
			return
		}
		if i > 0 {
			label.text = pad("", portWidth+2)
		}
		p.item(0, []cell{label}, t.who()+", "+t.how())
		p.command(t)
	}
}

// nobody says what it means that no holder was found.
func nobody(v safeport.PortVerdict) string {
	switch v {
	case safeport.PortFree, safeport.PortOwn:
		return "nobody"
	case safeport.PortRedirected:
		return "nobody, but packets to it are sent elsewhere"
	case safeport.PortDenied:
		return "nobody that can be seen; this user may not bind it"
	case safeport.PortUnavailable:
		return "nobody: the host lacks the address"
	case safeport.PortBusy:
		return "taken, by somebody who cannot be seen from here"
	}
	return "could not tell"
}

func (p *page) whoFindings(findings []safeport.Finding) {
	for _, f := range findings {
		p.item(detail, []cell{p.mark(severityMark(f.Severity))}, finding(f))
		for _, r := range f.Remedies {
			p.remedy(detail+2, r)
		}
	}
}
