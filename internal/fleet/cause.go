package fleet

import (
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/report"
)

// causeKey is what makes two findings on different hosts the same: neither process ids nor times.
type causeKey struct {
	severity report.Severity
	code     report.Code
	port     int // place among the fleet's ports; -1: none
	holder   string
	verdict  report.Verdict // where no finding says it: the host has no report, or one without a reason
}

// cause is the place of what a finding tells, among the causes of the fleet.
func (m *merger) cause(r *report.Report, f report.Finding, columns map[string]int) int {
	key := causeKey{severity: f.Severity, code: report.Code(message.Clean(string(f.Code))), port: -1}
	if i, ok := columns[f.Port]; ok && f.Port != "" {
		key.port = i
	}
	if f.Code == report.PortInUse || f.Code == report.Redirected {
		key.holder = holderNames(r.Ports, f.Port, m.opt.Language)
	}
	text := message.Clean(f.Message)
	if key.holder != "" && f.Code == report.PortInUse {
		text = m.opt.Language.Text(message.InUse, message.Args{"port": m.fleet.Ports[key.port].Label, "holder": key.holder})
	}
	i := m.plain(key, text)
	c := &m.fleet.Causes[i]
	if c.Message != text && !m.spreads[i].add(text) {
		m.varied[i] = true
	}
	if c.Remedies == nil {
		c.Remedies = []report.Remedy{}
		for _, x := range f.Remedies {
			c.Remedies = append(c.Remedies, report.Remedy{Text: message.Clean(x.Text), Command: message.Clean(x.Command)})
		}
		return i
	}
	c.Remedies = slices.DeleteFunc(c.Remedies, func(have report.Remedy) bool {
		return !slices.ContainsFunc(f.Remedies, func(x report.Remedy) bool {
			return message.Clean(x.Text) == have.Text && message.Clean(x.Command) == have.Command
		})
	})
	return i
}

// plain is the place of a cause with that text, if it is a new one.
func (m *merger) plain(key causeKey, text string) int {
	if i, ok := m.causes[key]; ok {
		return i
	}
	c := report.Cause{Code: key.code, Severity: key.severity, Verdict: m.meaning(key), Holder: key.holder, Message: text, Hosts: []string{}}
	if key.port >= 0 {
		c.Port = m.fleet.Ports[key.port].Label
	}
	m.causes[key] = len(m.fleet.Causes)
	m.spreads = append(m.spreads, newSpread(text))
	m.fleet.Causes = append(m.fleet.Causes, c)
	return m.causes[key]
}

// meaning is what a finding makes of its host, as the check itself weighs it.
func (m *merger) meaning(key causeKey) report.Verdict {
	if key.verdict != "" {
		return key.verdict
	}
	return report.Finding{Code: key.code, Severity: key.severity}.Judge(m.opt.Strict)
}

// finish writes the spread of the numbers into a text, and marks one that is one host's, where other hosts use other words.
func (m *merger) finish(i int) {
	c := &m.fleet.Causes[i]
	if c.Remedies == nil {
		c.Remedies = []report.Remedy{}
	}
	if !m.varied[i] {
		c.Message = m.spreads[i].String()
	} else {
		c.Message = m.opt.Language.Text(message.FleetVaries, message.Args{"message": c.Message})
	}
}

// holderNames names who has the port, without what differs from host to host.
func holderNames(ports []report.Port, name string, l report.Language) string {
	var names []string
	for _, p := range ports {
		if p.Name != name {
			continue
		}
		for _, h := range p.Holders {
			if n := plainName(l, h); !h.Own && !slices.Contains(names, n) && len(names) < 3 {
				names = append(names, n)
			}
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func plainName(l report.Language, h report.Holder) string {
	name := message.Clean(h.Name)
	switch {
	case h.Kind == report.HolderContainer:
		return l.Text(message.HolderContainer, message.Args{"name": name, "image": ""})
	case h.Kind == report.HolderRule:
		return l.Text(message.FleetRule, message.Args{"name": name})
	case h.Kind == report.HolderKernel:
		return l.Text(message.HolderOrphan, nil)
	case h.Kind == report.HolderUnseen || name == "":
		return l.Text(message.HolderNone, nil)
	}
	return name
}
