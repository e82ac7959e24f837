package fleet

import (
	"iter"
	"time"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/report"
)

// Options are the fields of safeport.MergeOptions.
type Options struct {
	Expect   []string
	Strict   bool
	Language report.Language
}

// Merge adds up reports.
func Merge(reports iter.Seq2[*report.Report, error], opt Options) *report.Fleet {
	m := &merger{
		opt:    opt,
		fleet:  &report.Fleet{Schema: report.FleetSchema, Ports: []report.FleetPort{}, Causes: []report.Cause{}, Hosts: []report.FleetHost{}, Unread: []string{}, Notes: []string{}},
		rows:   map[string]*row{},
		ports:  map[string]int{},
		causes: map[causeKey]int{},
		varied: map[int]bool{},
		kinds:  map[string]*kind{},
	}
	for r, err := range reports {
		if err == nil {
			err = m.add(r)
		}
		if err != nil {
			m.unread(err)
		}
	}
	m.expect()
	m.sum()
	return m.fleet
}

// merger is a fleet while it is added up.
type merger struct {
	opt     Options
	fleet   *report.Fleet
	order   []*row
	rows    map[string]*row // by question, see [merger.add]
	ports   map[string]int  // by label, service and name
	causes  map[causeKey]int
	spreads []spread     // of the causes' numbers
	varied  map[int]bool // causes that hosts tell in different words
	kinds   map[string]*kind
}

// row is one report, and kind what it has in common with many others.
type row struct {
	host    string
	time    *time.Time
	verdict report.Verdict
	*kind
}

type kind struct {
	answers []report.FleetAnswer
	causes  []int
	spares  []spared
}

// maxUnread bounds the lines about what is no report: a stream may have none at all.
const maxUnread = 1000

func (m *merger) unread(err error) {
	if len(m.fleet.Unread) < maxUnread {
		m.fleet.Unread = append(m.fleet.Unread, m.opt.Language.Error(err))
	}
}

func (m *merger) add(r *report.Report) error {
	host := message.Clean(r.Host.Name)
	if host == "" {
		return message.Errorf("a report without a host")
	}
	new := &row{host: host, time: r.Time, verdict: m.verdict(r)}
	var err error
	if new.kind, err = m.kindOf(r); err != nil {
		return message.Errorf("the report of %s: %w", host, err)
	}
	question := host + "\x00" + r.Service + "\x00" + r.Instance
	if r.Service == "" {
		for _, a := range new.answers {
			question += "\x00" + m.fleet.Ports[a.Port].Label
		}
	}
	old := m.rows[question]
	if old == nil {
		m.rows[question] = new
		m.order = append(m.order, new)
		return nil
	}
	args := message.Args{"host": host}
	if len(m.fleet.Notes) < maxUnread {
		m.fleet.Notes = append(m.fleet.Notes, m.opt.Language.Text(message.FleetTwice, args))
	}
	if old.time == nil || new.time != nil && !new.time.Before(*old.time) {
		*old = *new
	}
	return nil
}

// verdict is what a report makes of its host. One that is not known here can be anything. It is no better than what the report finds: one
// that somebody has put together or changed may say "clear" above an error.
func (m *merger) verdict(r *report.Report) report.Verdict {
	worst := r.Judge(m.opt.Strict)
	if worst.Weight() < 0 {
		worst = report.Unknown
	}
	for _, f := range r.Findings {
		if v := f.Judge(m.opt.Strict); v.Weight() > worst.Weight() {
			worst = v
		}
	}
	for _, p := range r.Ports {
		had := p.Verdict == report.PortFree || p.Verdict == report.PortOwn
		if worst == report.Clear && !had {
			return report.Unknown
		}
	}
	return worst
}

// expect adds the hosts that should have reported and did not.
func (m *merger) expect() {
	seen := map[string]bool{}
	for _, r := range m.order {
		seen[r.host] = true
	}
	for _, name := range m.opt.Expect {
		if name = message.Clean(name); name == "" || seen[name] {
			continue
		}
		seen[name] = true
		silent := m.plain(causeKey{severity: report.Error, port: -1, verdict: report.Unknown}, m.opt.Language.Text(message.FleetSilent, nil))
		m.order = append(m.order, &row{host: name, verdict: report.Unknown, kind: m.same(&kind{answers: []report.FleetAnswer{}, causes: []int{silent}})})
	}
}
