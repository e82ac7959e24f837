package fleet

import (
	"slices"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/report"
)

// spared is a spare that was read from a report. Of a want without one, nothing is tried.
type spared struct {
	service, name string
	ports         string // that are wanted
	size          int    // of the block that is wanted
	failing       bool   // cannot be had
	tried, free   []port.Range
}

// readSpares pairs what a host wants with what it says of other ports.
func readSpares(r *report.Report) []spared {
	var list []spared
	for _, p := range r.Ports {
		wanted, err := port.ParseRange(p.Ports)
		if err != nil {
			continue
		}
		s := spared{service: message.Clean(p.Service), name: message.Clean(p.Name), ports: wanted.String(), size: wanted.Len(), failing: p.Verdict != report.PortFree && p.Verdict != report.PortOwn}
		if i := slices.IndexFunc(r.Spares, func(x report.Spare) bool { return x.Port == p.Name }); i >= 0 {
			s.tried, s.free = distinct(r.Spares[i].Tried), distinct(r.Spares[i].Free)
		}
		list = append(list, s)
	}
	return list
}

// distinct reads ranges. A port that a report names twice must not count for two hosts.
func distinct(texts []string) []port.Range {
	var list []port.Range
	for _, text := range texts {
		r, err := port.ParseRange(text)
		if err == nil && !slices.ContainsFunc(list, r.Overlaps) && len(list) < report.MaxTried {
			list = append(list, r)
		}
	}
	return list
}
