package output

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/report"
)

// FleetOptions say what to tell of a fleet beside the causes.
type FleetOptions struct {
	Options
	Suggest bool // a port that all hosts have, too
}

// manyHosts is how many names of hosts a line of text has before the others are counted.
const manyHosts = 8

// FleetText writes how many hosts are ready, and what keeps the others from it, the most frequent first.
func FleetText(w io.Writer, f *report.Fleet, opt FleetOptions) error {
	p := &page{opt: opt.Options}
	p.paragraph(opt.Language.Sprintf("%s.", FleetHeadline(f, opt.Language)), bold)
	if f.Counts.Hosts > 1 {
		p.paragraph(opt.Language.Sprintf("%s.", fleetCounts(f, opt.Language)), plain)
	}
	if len(f.Causes) > 0 {
		p.blank()
	}
	counts, columns := make([]string, len(f.Causes)), 0
	for i, c := range f.Causes {
		counts[i] = hostCount(len(c.Hosts), opt.Language)
		if n := len(c.Hosts); n == f.Counts.Hosts && n > 1 {
			counts[i] = opt.Language.Text(message.FleetAllHosts, nil)
		}
		columns = max(columns, width(counts[i]))
	}
	for i, c := range f.Causes {
		p.cause(c, pad(counts[i], columns)+"  ", f.Counts.Hosts)
	}
	if opt.Suggest {
		p.blank()
		p.shared(f)
	}
	for _, text := range f.Notes {
		p.item(2, []cell{p.mark(noted())}, text)
	}
	for _, text := range f.Unread {
		p.item(2, []cell{p.mark(unsure()), {opt.Language.Text(message.FleetUnread, nil) + ": ", yellow}}, text)
	}
	return p.writeTo(w)
}

// cause writes one cause, its hosts and what can be done on them.
func (p *page) cause(c report.Cause, count string, hosts int) {
	m := verdictMark(c.Verdict)
	text := c.Message
	if c.Code != "" {
		text += " [" + string(c.Code) + "]"
	}
	p.item(2, []cell{p.mark(m), {count, m.style}}, text)
	limit := manyHosts
	if p.opt.Verbose {
		limit = len(c.Hosts)
	}
	column := 4 + width(count)
	if len(c.Hosts) < hosts || hosts == 1 {
		p.item(column, nil, enumerate(c.Hosts, limit, p.opt.Language))
	}
	if c.Verdict == report.Blocked || p.opt.Verbose {
		p.remedies(column+2, c.Remedies)
	}
}

func verdictMark(v report.Verdict) mark {
	switch v {
	case report.Blocked:
		return failed()
	case report.Unknown:
		return unsure()
	case report.Warned:
		return warned()
	}
	return passed()
}

func hostCount(n int, l report.Language) string {
	if n == 1 {
		return l.Text(message.FleetOneHost, nil)
	}
	return l.Text(message.FleetHosts, message.Args{"count": strconv.Itoa(n)})
}

// The first line tells so many causes, and of each so many hosts.
const headlineCauses, headlineHosts = 3, 3

// FleetHeadline is the answer in one line: "37 of 40 hosts ready; 3 blocked: 80/tcp held by nginx on gpu-07, …".
func FleetHeadline(f *report.Fleet, l report.Language) string {
	c := f.Counts
	text := l.Text(message.FleetReady, message.Args{"ready": strconv.Itoa(c.Ready), "hosts": strconv.Itoa(c.Hosts)})
	for _, group := range []struct {
		count   int
		key     message.Key
		verdict report.Verdict
	}{
		{c.Blocked, message.FleetBlocked, report.Blocked}, {c.Unknown, message.FleetUnknown, report.Unknown},
	} {
		if group.count == 0 {
			continue
		}
		part := l.Text(group.key, message.Args{"count": strconv.Itoa(group.count), "causes": causesOf(f, group.verdict, l)})
		text = l.Text(message.FleetThen, message.Args{"first": text, "then": part})
	}
	return text
}

// fleetCounts parts the hosts into those that are clear, those with warnings, and those that are not ready.
func fleetCounts(f *report.Fleet, l report.Language) string {
	c := f.Counts
	return l.Text(message.FleetCounts, message.Args{
		"clear": strconv.Itoa(c.Clear), "warned": strconv.Itoa(c.Warned), "blocked": strconv.Itoa(c.Blocked), "unknown": strconv.Itoa(c.Unknown),
	})
}

func causesOf(f *report.Fleet, v report.Verdict, l report.Language) string {
	var list []string
	for _, c := range f.Causes {
		if c.Verdict == v {
			list = append(list, l.Text(message.FleetCause, message.Args{"cause": short(c, l), "hosts": enumerate(c.Hosts, headlineHosts, l)}))
		}
	}
	if more := len(list) - headlineCauses; more > 0 {
		list = append(list[:headlineCauses], "…")
	}
	return strings.Join(list, l.Sprintf(", "))
}

// short is a cause in few words.
func short(c report.Cause, l report.Language) string {
	switch {
	case c.Code == report.PortInUse && c.Holder != "":
		return l.Text(message.FleetHeldShort, message.Args{"port": c.Port, "holder": c.Holder})
	case c.Code == "":
		return c.Message
	case c.Port != "":
		return c.Port + " " + string(c.Code)
	}
	return string(c.Code)
}

// shared writes which ports all hosts have, as far as their reports say.
func (p *page) shared(f *report.Fleet) {
	for _, s := range needed(f) {
		p.item(2, []cell{p.mark(sharedMark(s))}, sharedText(s, p.opt.Language))
	}
	if len(f.Shared) == 0 {
		p.item(2, []cell{p.mark(unsure())}, p.opt.Language.Text(message.FleetNotAsked, nil)+"; "+p.opt.Language.Text(message.FleetNobodyAsks, nil)+":")
		p.line(6, "safeport check … --spares 16 -o json")
	}
}

// needed are the shared ports in place of those that some host cannot have; all of them, where every host has its own.
func needed(f *report.Fleet) []report.SharedPort {
	list := slices.DeleteFunc(slices.Clone(f.Shared), func(s report.SharedPort) bool { return s.Failing == 0 })
	if len(list) == 0 {
		return f.Shared
	}
	return list
}

func sharedMark(s report.SharedPort) mark {
	switch {
	case s.Ports == "":
		return failed()
	case s.Silent > 0:
		return unsure()
	}
	return passed()
}

func sharedText(s report.SharedPort, l report.Language) string {
	args := message.Args{
		"instead": s.Instead, "name": s.Name, "ports": s.Ports, "tried": s.Tried,
		"hosts": hostCount(s.Hosts-s.Silent, l), "silent": hostCount(s.Silent, l),
	}
	if s.Silent == 0 && s.Hosts > 1 {
		args["hosts"] = l.Text(message.FleetEvery, message.Args{"count": strconv.Itoa(s.Hosts)})
	}
	switch {
	case s.Ports == "":
		return l.Text(message.FleetNotShared, args)
	case s.Silent > 0:
		return l.Text(message.FleetShares, args)
	}
	return l.Text(message.FleetShared, args)
}
