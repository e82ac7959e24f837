package output

import (
	"strings"

	"github.com/safeport/safeport/report"
)

// tenants lists who holds a port: the first beside the label, the others below it, each with its command line.
func (p *page) tenants(indent int, label cell, holders []report.Holder) {
	list := tenants(holders)
	below := indent + width(label.text)
	for i, t := range list {
		if i == maxHolders && !p.opt.Verbose {
			p.item(below, nil, count(len(list)-i, "and 1 more: --verbose lists all", "and %d more: --verbose lists all", p.opt.Language))
			return
		}
		if i > 0 {
			label = cell{strings.Repeat(" ", below-indent), plain}
		}
		p.item(indent, []cell{label}, t.seen(p.opt))
		p.command(below+2, t)
		if p.chains {
			p.chain(below+2, t)
		}
	}
}

// command writes a holder's command line when it says more than the name. It is there to be recognised, not copied, and
// so it is cut at the screen's edge.
func (p *page) command(indent int, t holderRow) {
	// Of a container it would be that of the engine's proxy.
	if t.Command == "" || t.Command == t.Name || t.Container != nil {
		return
	}
	text := t.Command
	if room := max(p.opt.Width-indent, minProse); p.opt.Width > 0 && width(text) > room && !p.opt.Verbose {
		text = cutAtWord(text, room)
	}
	p.item(indent, []cell{{text, dim}}, "")
}
