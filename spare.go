package safeport

import (
	"slices"

	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/verdict"
)

// Spare are other ports for one that can be chosen, tried on the host when [Request.Spares] asked for it. What is not among
// them is not known.
type Spare struct {
	Port  string   `json:"port"`  // name of the [Port]
	Tried []string `json:"tried"` // "8080-8095"; ports of outgoing connections never are
	Free  []string `json:"free"`  // those of them that could be had and stay so: "8080", "8082-8095"
}

// maxTried bounds the ports that are tried for one want: 20 µs each.
const maxTried = 4096

// spares tries the first blocks of ports that each want could be moved to: the same on all hosts, so that a port can be
// found that all of them have.
func spares(q *question, wants []port.Want, f verdict.Facts, s *host.Survey) []Spare {
	var list []Spare
	for _, w := range wants {
		if q.req.Spares == 0 || fixed(w) {
			continue
		}
		spare, room := Spare{Port: w.Name, Tried: []string{}, Free: []string{}}, min(q.req.Spares*w.Ports.Len(), maxTried)
		var tried, free []port.Range
		for n := range verdict.Candidates(w) {
			if room == 0 {
				break
			}
			if len(f.Kernel.Ephemerals(port.Single(n))) > 0 {
				continue // never offered, and there are 28,000 of them
			}
			room--
			tried = extend(tried, n)
			if good(w, n, wants, f, s) {
				free = extend(free, n)
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

// extend adds a port to the last range, or as a range of its own.
func extend(list []port.Range, n uint16) []port.Range {
	if last := len(list) - 1; last >= 0 && int(list[last].Last) == int(n)-1 {
		list[last].Last = n
		return list
	}
	return append(list, port.Single(n))
}

// spared is a spare that was read from a report. Of a want without one, nothing is tried.
type spared struct {
	service, name string
	ports         string // that are wanted
	size          int    // of the block that is wanted
	failing       bool   // cannot be had
	tried, free   []port.Range
}

// readSpares pairs what a host wants with what it says of other ports.
func readSpares(r *Report) []spared {
	var list []spared
	for _, p := range r.Ports {
		wanted, err := port.ParseRange(p.Ports)
		if err != nil {
			continue
		}
		s := spared{service: message.Clean(p.Service), name: message.Clean(p.Name), ports: wanted.String(), size: wanted.Len(), failing: p.Verdict != PortFree && p.Verdict != PortOwn}
		if i := slices.IndexFunc(r.Spares, func(x Spare) bool { return x.Port == p.Name }); i >= 0 {
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
		if err == nil && !slices.ContainsFunc(list, r.Overlaps) && len(list) < maxTried {
			list = append(list, r)
		}
	}
	return list
}
