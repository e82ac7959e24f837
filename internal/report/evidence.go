package report

import (
	"strings"
	"unicode/utf8"

	"safeport"
)

// evidence writes what the answer rests on: the host that was asked, what each port came from, and which source said
// what.
func (p *page) evidence(host safeport.Host, ports []safeport.Port, sources []safeport.Source) {
	p.blank()
	p.item(0, []cell{{"evidence:", bold}}, "")
	p.item(2, []cell{{"host     ", dim}}, hostText(host))
	for _, port := range ports {
		p.item(2, []cell{{"port     ", dim}}, wantText(port))
		for _, h := range port.Holders {
			p.item(4, []cell{{h.Source + ": ", dim}}, tenant{Holder: h, at: []string{endpoint(h.Address, portNumber(h))}}.seen())
		}
	}
	name, status, took := 0, 0, 0
	for _, s := range sources {
		name = max(name, utf8.RuneCountInString(s.Name))
		status = max(status, len(s.Status))
		took = max(took, utf8.RuneCountInString(s.Took))
	}
	for _, s := range sources {
		p.item(2, []cell{
			{"source   ", dim},
			{pad(s.Name, name) + "  ", plain},
			{pad(s.Status, status) + "  ", statusStyle(s.Status)},
			{pad(s.Took, took) + "  ", plain},
		}, s.Detail)
	}
}

func hostText(h safeport.Host) string {
	facts := nonEmpty(h.Name, labelled("kernel", h.Kernel))
	if e := h.Engine; e != nil {
		engine := e.Name + " " + e.Version + " at " + e.Endpoint
		if e.Rootless {
			engine += ", rootless"
		}
		facts = append(facts, engine)
	} else {
		facts = append(facts, "no container engine")
	}
	return strings.Join(facts, ", ")
}

// wantText spells out the want: an empty address and a mode are what a row leaves unsaid.
func wantText(p safeport.Port) string {
	by := "bound by the service itself"
	if p.Mode == "publish" {
		by = "published by the engine"
	}
	on := "on every address"
	if p.Address != "" {
		on = "on this address alone"
	}
	text := portLabel(p) + " " + on + ", " + by
	if o := originText(p.Origin); o != "" {
		text += ", " + o
	}
	if instead := insteadText(p.Origin.Overridden); instead != "" {
		text += " (" + instead + ")"
	}
	return text + ": " + string(p.Verdict)
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
