package output

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"github.com/safeport/safeport/report"
)

// Text writes the answer to a check in the order in which a person asks: can it be done, port by port who is in the way,
// what else is there to know, what can be done, and where is more.
func Text(w io.Writer, r *report.Report, opt Options) error {
	p := &page{opt: opt}
	p.headline(r)
	apart := r.Verdict == report.Blocked || r.Verdict == report.Unknown // there is much to read: sections are set apart
	leads := p.table(r, apart)
	p.rest(r, leads, apart)
	fixed := p.fixes(r, leads)
	if opt.Verbose {
		p.evidence(r.Host, r.Ports, r.Sources)
	}
	p.more(r, apart || fixed || opt.Verbose)
	return p.writeTo(w)
}

// headline writes the answer in one line. What is warned of stands below: the answer is still yes.
func (p *page) headline(r *report.Report) {
	m := passed()
	switch r.Verdict {
	case report.Blocked:
		m = failed()
	case report.Unknown:
		m = unsure()
	}
	mark := p.mark(m)
	p.styled(mark.text, mark.style)
	for i, line := range wrap(headline(r, p.opt), p.opt.Width, 2) {
		if i > 0 {
			p.buf.WriteString("  ")
		}
		p.styled(line, bold)
		p.buf.WriteByte('\n')
	}
}

// detail is where what belongs to a row is indented to.
const detail = 6

// table writes a row for each port, and gives back the findings that the rows have told.
func (p *page) table(r *report.Report, apart bool) (leads []*report.Finding) {
	if len(r.Ports) == 0 {
		return nil
	}
	if apart {
		p.blank()
	}
	labels, abouts := labelWidth(r.Ports), 0
	for _, port := range r.Ports {
		abouts = max(abouts, width(purpose(port, p.opt.Language)))
	}
	told := make(map[string]bool)
	for _, port := range r.Ports {
		// A port that is asked for twice has two rows of one name; what was found about it is said once.
		var findings []report.Finding
		if !told[port.Name] {
			told[port.Name] = true
			findings = about(r.Findings, port.Name)
		}
		lead := leading(port, findings)
		p.row(port, findings, lead, len(r.Ports) > 1, labels, abouts)
		if lead != nil {
			leads = append(leads, lead)
		}
	}
	return leads
}

// row writes one port: what it is for, and how it fares. What does not fit beside that stands below it.
func (p *page) row(port report.Port, findings []report.Finding, lead *report.Finding, marked bool, labels, abouts int) {
	m := portMark(port, findings)
	cells, column := []cell(nil), 2
	if marked {
		cells = append(cells, p.mark(m))
		column += 2
	}
	use := purpose(port, p.opt.Language)
	cells = append(cells, cell{pad(port.Label(), labels) + "  ", bold})
	column += labels + 2
	beside := cells
	if abouts > 0 {
		beside = append(slices.Clone(cells), cell{pad(use, abouts) + "  ", plain})
		column += abouts + 2
	}
	holders := tenants(port.Holders)
	state := verdictText(port.Verdict, p.opt.Language)
	shown := 0 // holders that the row has
	switch {
	case port.Picked() && lead == nil:
		state = p.say("a port that the engine picks")
	case port.Verdict == report.PortFree && (use != "" || lead != nil), lead != nil && isDuplicate(*lead):
		state = ""
	case port.Verdict == report.PortUnknown:
		state = p.say("not checked")
	case port.Verdict == report.PortOwn:
		shown = len(holders)
	case lead != nil && saidByHolders(*lead, port):
		state, shown = p.say("in use by ")+holders[0].brief(port, p.opt), 1
		if lead.Ignored {
			state += " " + code(*lead, p.opt.Language)
		}
	}
	switch {
	case state == "":
		p.item(2, cells, use)
	case p.opt.Width == 0 || column+width(state) <= p.opt.Width:
		p.item(2, append(beside, cell{state, m.style}), "")
	default:
		p.item(2, cells, use)
		p.below(state, m.style)
	}
	if lead != nil && shown == 0 {
		p.below(finding(*lead, p.opt.Language), plain)
	}
	if !canBeHad(port) || lead != nil {
		p.others(port, holders, shown, lead)
	}
}

// below writes what belongs to the row above.
func (p *page) below(text string, s style) { p.indented(detail, text, s) }

// others lists the holders that a row has no place for. A message that names the only holder has said all of it.
func (p *page) others(port report.Port, holders []holderRow, shown int, lead *report.Finding) {
	for i, t := range holders {
		if i == maxHolders && !p.opt.Verbose {
			p.below(count(len(holders)-i, "and 1 more: --verbose lists all", "and %d more: --verbose lists all", p.opt.Language), dim)
			return
		}
		if i >= shown && (len(holders) > 1 || lead == nil) {
			p.below(p.say("in use by ")+t.brief(port, p.opt), plain)
		}
		if p.opt.Verbose {
			p.command(detail+2, t)
		}
	}
}

// leading picks the finding that says why a port fails; nil for one that does not. That the engine makes no container at all
// leads where nothing else does: who has the port is what is asked.
func leading(port report.Port, findings []report.Finding) (lead *report.Finding) {
	for i, f := range findings {
		if f.Severity != report.Error && canBeHad(port) {
			continue
		}
		if f.Code != report.EngineRefuses {
			return &findings[i]
		}
		if lead == nil {
			lead = &findings[i]
		}
	}
	return lead
}

func isLead(f report.Finding, leads []*report.Finding) bool {
	return slices.ContainsFunc(leads, func(l *report.Finding) bool { return l.Code == f.Code && l.Port == f.Port && l.Message == f.Message })
}

// saidByHolders is true of "port 80 is in use by nginx": the row names nginx, with more about it. Of a range the message
// counts the ports, which the holders do not.
func saidByHolders(f report.Finding, port report.Port) bool {
	return f.Code == report.PortInUse && len(port.Holders) > 0 && !strings.Contains(port.Ports, "-")
}

// rest writes what was found beside the reasons that the rows have: errors first, as the report has them. What was not
// looked at for want of rights is one line, however much that is.
func (p *page) rest(r *report.Report, leads []*report.Finding, apart bool) {
	list := slices.DeleteFunc(causes(r), func(f report.Finding) bool {
		return isLead(f, leads)
	})
	if len(list) > 0 && apart {
		p.blank()
	}
	var unchecked []report.Finding
	var told []report.Remedy // one command reserves the ports of all
	for _, f := range list {
		if f.Unchecked != "" && !p.opt.Verbose {
			unchecked = append(unchecked, f)
			continue
		}
		p.item(0, []cell{p.mark(severityMark(f.Severity))}, finding(f, p.opt.Language))
		if f.Severity != report.Error {
			p.remedies(2, slices.DeleteFunc(slices.Clone(f.Remedies), func(r report.Remedy) bool { return slices.Contains(told, r) }))
			told = append(told, f.Remedies...)
		}
	}
	p.unchecked(unchecked)
}

// unchecked writes what a user who is not root could not look at, and the one command that does.
func (p *page) unchecked(list []report.Finding) {
	if len(list) == 0 {
		return
	}
	var what []string
	for _, f := range list {
		if !slices.Contains(what, f.Unchecked) {
			what = append(what, f.Unchecked)
		}
	}
	p.item(0, []cell{p.mark(warned())}, p.say("Not checked without root: %s", strings.Join(what, p.say(", "))))
	p.remedies(2, remediesOf(list))
}

// more says where the gravest finding is explained.
func (p *page) more(r *report.Report, apart bool) {
	i := slices.IndexFunc(r.Findings, func(f report.Finding) bool { return f.Severity != report.Info && f.Unchecked == "" })
	if i < 0 {
		return
	}
	if apart {
		p.blank()
	}
	code := string(r.Findings[i].Code)
	command := cmp.Or(p.opt.Program, "safeport") + " --explain " + code
	if p.opt.Links {
		command = linked(command, findingsPage+"#"+code)
	}
	p.item(0, []cell{{p.say("More: %s", command), dim}}, "")
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
