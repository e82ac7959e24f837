package output

import (
	"github.com/safeport/safeport/report"
)

// evidence writes what the answer rests on: the host that was asked, what each port came from, and which source said
// what.
func (p *page) evidence(host report.Host, ports []report.Port, sources []report.Source) {
	p.blank()
	p.item(0, []cell{{p.say("Sources and timings:"), bold}}, "")
	p.item(2, []cell{{pad(p.say("host"), 9), dim}}, hostText(host, p.opt.Language))
	for _, port := range ports {
		p.item(2, []cell{{pad(p.say("port"), 9), dim}}, wantText(port, p.opt.Language))
		for _, h := range port.Holders {
			p.item(4, []cell{{h.Source + ": ", dim}}, holderRow{Holder: h, at: []string{endpoint(h.Address, portNumber(h))}}.seen(p.opt))
		}
	}
	name, status, took := 0, 0, 0
	for _, s := range sources {
		name = max(name, width(s.Name))
		status = max(status, len(s.Status))
		took = max(took, width(s.Took))
	}
	for _, s := range sources {
		p.item(2, []cell{
			{pad(p.say("source"), 9), dim},
			{pad(s.Name, name) + "  ", plain},
			{pad(s.Status, status) + "  ", statusStyle(s.Status)},
			{pad(s.Took, took) + "  ", plain},
		}, s.Detail)
	}
}

func hostText(h report.Host, l report.Language) string {
	facts := nonEmpty(h.Name)
	if h.Kernel != "" {
		facts = append(facts, l.Sprintf("kernel %s", h.Kernel))
	}
	if e := h.Engine; e != nil {
		engine := l.Sprintf("%s %s at %s", e.Name, e.Version, e.Endpoint)
		if e.Rootless {
			engine = l.Sprintf("%s, rootless", engine)
		}
		facts = append(facts, engine)
	} else {
		facts = append(facts, l.Sprintf("no container engine"))
	}
	return joined(facts, l)
}

// wantText spells out the want: an empty address and a mode are what a row leaves unsaid.
func wantText(p report.Port, l report.Language) string {
	by := l.Sprintf("bound by the service")
	if p.Mode == "publish" {
		by = l.Sprintf("published by the engine")
	}
	on := l.Sprintf("on all addresses")
	if p.Address != "" {
		on = l.Sprintf("on this address only")
	}
	text := l.Sprintf("%s %s, %s", p.Label(), on, by)
	if o := originText(p.Origin, l); o != "" {
		text = l.Sprintf("%s, %s", text, o)
	}
	if instead := insteadText(p.Origin.Overridden, l); instead != "" {
		text = l.Sprintf("%s (%s)", text, instead)
	}
	return l.Sprintf("%s: %s", text, verdictText(p.Verdict, l))
}

func statusStyle(status string) style {
	switch status {
	case "failed":
		return red
	case "partial":
		return yellow
	}
	return plain
}
