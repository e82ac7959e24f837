package fleet

import (
	"cmp"
	"slices"
	"strings"

	"github.com/safeport/safeport/report"
)

// sum joins the rows of each host, counts, and sorts.
func (m *merger) sum() {
	f := m.fleet
	slices.SortStableFunc(m.order, func(a, b *row) int { return natural(a.host, b.host) })
	m.sortCauses()
	for _, r := range m.order {
		if last := len(f.Hosts) - 1; last >= 0 && f.Hosts[last].Name == r.host {
			join(&f.Hosts[last], r)
			continue
		}
		f.Hosts = append(f.Hosts, report.FleetHost{Name: r.host, Time: r.time, Verdict: r.verdict, Answers: r.answers, Causes: r.causes})
	}
	f.Verdict = report.Clear
	for i := range f.Hosts {
		count(f, &f.Hosts[i])
	}
	if len(f.Unread)+len(f.Hosts) == 0 || len(f.Unread) > 0 && f.Verdict.Weight() < report.Unknown.Weight() {
		f.Verdict = report.Unknown
	}
	f.Shared = m.shared()
}

// sortCauses puts the heaviest first, those of most hosts first among them, and drops those that only replaced reports had.
// Warnings that every host has come last: they say the least about any one of them.
func (m *merger) sortCauses() {
	f := m.fleet
	hosts := make([]int, len(f.Causes)) // a host that reports twice on one cause counts once, as the rows are sorted by host
	last := make([]string, len(f.Causes))
	all := 0
	for i, r := range m.order {
		if i == 0 || r.host != m.order[i-1].host {
			all++
		}
		for _, c := range r.causes {
			if last[c] != r.host {
				hosts[c]++
				last[c] = r.host
			}
		}
	}
	everywhere := func(i int) int {
		if f.Causes[i].Verdict == report.Warned && hosts[i] == all && all > 1 {
			return 1
		}
		return 0
	}
	var order []int
	for i, n := range hosts {
		if n > 0 {
			order = append(order, i)
		}
		m.finish(i)
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := f.Causes[a], f.Causes[b]
		return cmp.Or(y.Verdict.Weight()-x.Verdict.Weight(), everywhere(a)-everywhere(b), hosts[b]-hosts[a], strings.Compare(x.Message, y.Message))
	})
	place := make([]int, len(f.Causes))
	sorted := make([]report.Cause, len(order))
	for to, from := range order {
		place[from], sorted[to] = to, f.Causes[from]
		sorted[to].Hosts = make([]string, 0, hosts[from])
	}
	f.Causes = sorted
	for _, k := range m.kinds {
		for i, c := range k.causes {
			k.causes[i] = place[c]
		}
		slices.Sort(k.causes)
	}
}

// join adds another report on the host. The slices are shared with other hosts, and are not changed.
func join(h *report.FleetHost, r *row) {
	h.Answers = slices.Concat(h.Answers, r.answers)
	h.Causes = slices.Concat(h.Causes, r.causes)
	slices.Sort(h.Causes)
	h.Causes = slices.Compact(h.Causes)
	if r.verdict.Weight() > h.Verdict.Weight() {
		h.Verdict = r.verdict
	}
	if h.Time == nil || r.time != nil && r.time.After(*h.Time) {
		h.Time = r.time
	}
}

func count(f *report.Fleet, h *report.FleetHost) {
	f.Counts.Hosts++
	switch h.Verdict {
	case report.Blocked:
		f.Counts.Blocked++
	case report.Unknown:
		f.Counts.Unknown++
	case report.Warned:
		f.Counts.Warned++
		f.Counts.Ready++
	default:
		f.Counts.Clear++
		f.Counts.Ready++
	}
	if h.Verdict.Weight() > f.Verdict.Weight() {
		f.Verdict = h.Verdict
	}
	for _, c := range h.Causes {
		f.Causes[c].Hosts = append(f.Causes[c].Hosts, h.Name)
	}
}

// natural compares names so that gpu-2 comes before gpu-10.
func natural(a, b string) int {
	for a != "" && b != "" {
		x, restA := cutRun(a)
		y, restB := cutRun(b)
		order := strings.Compare(x, y)
		if isDigit(x[0]) && isDigit(y[0]) {
			left, right := strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
			order = cmp.Or(len(left)-len(right), strings.Compare(left, right), len(x)-len(y))
		}
		if order != 0 {
			return order
		}
		a, b = restA, restB
	}
	return len(a) - len(b)
}

// cutRun parts a name after its first run of digits, or of anything else.
func cutRun(s string) (run, rest string) {
	end := strings.IndexFunc(s, func(r rune) bool { return isDigit(s[0]) != (r >= '0' && r <= '9') })
	if end < 0 {
		return s, ""
	}
	return s[:end], s[end:]
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
