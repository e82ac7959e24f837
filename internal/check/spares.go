package check

import (
	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/request"
	"github.com/safeport/safeport/internal/verdict"
	"github.com/safeport/safeport/report"
)

// spares tries the first blocks of ports that each want could be moved to: the same on all hosts, so that a port can be
// found that all of them have.
func spares(q *request.Request, wants []port.Requirement, f verdict.Facts, s *host.Survey) []report.Spare {
	var list []report.Spare
	for _, w := range wants {
		if q.Options.Spares == 0 || fixed(w) {
			continue
		}
		spare, room := report.Spare{Port: w.Name, Tried: []string{}, Free: []string{}}, min(q.Options.Spares*w.Ports.Len(), report.MaxTried)
		var tried, free []port.Range
		for n := range verdict.Candidates(w) {
			if room == 0 {
				break
			}
			if len(f.Kernel.Ephemerals(port.Single(n))) > 0 {
				continue // never offered, and there are 28,000 of them
			}
			room--
			tried = port.Extend(tried, n)
			if good(w, n, wants, f, s) {
				free = port.Extend(free, n)
			}
		}
		for _, r := range tried {
			spare.Tried = append(spare.Tried, r.String())
		}
		for _, r := range free {
			spare.Free = append(spare.Free, r.String())
		}
		list = append(list, spare)
	}
	return list
}
