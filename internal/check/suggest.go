package check

import (
	"slices"

	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/host/probe"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/verdict"
	"github.com/safeport/safeport/report"
)

// offer adds a port to use instead of each that cannot be had and can be chosen, each a different one.
func offer(list []report.Port, results []verdict.Result, wants []port.Requirement, f verdict.Facts, s *host.Survey) {
	if f.Forbidden() {
		return // no trial of another port would tell anything either
	}
	spoken := slices.Clone(wants)
	twice := map[int]bool{} // wants that come after another for the same port
	for _, pair := range verdict.Duplicates(f.AsBound(wants)) {
		twice[pair[1]] = wants[pair[1]].Origin.Kind != "argument"
	}
	for i, r := range results {
		inTheWay := r.Answer == verdict.Busy || r.Answer == verdict.Redirected || r.Answer == verdict.Denied || r.Answer == verdict.Free && twice[i]
		if !inTheWay || r.RefusedAlone() || fixed(r.Required) || !elsewhere(r.Required, f) {
			continue
		}
		if first := suggest(r.Required, spoken, f, s); first != 0 {
			list[i].Suggestion = int(first)
			r.Required.Ports = port.Range{First: first, Last: first + uint16(r.Required.Ports.Len()-1)}
			spoken = append(spoken, r.Required)
		}
	}
}

// elsewhere says whether another port of the host would be any better.
func elsewhere(w port.Requirement, f verdict.Facts) bool {
	b := f.Programs[w.Name]
	return w.Unbound == 0 && w.Protocol.Tried() && (b == nil || b.Privileged || !b.Own)
}

// fixed says whether the port is the service's own affair: it binds it, and no setting changes it.
func fixed(w port.Requirement) bool {
	return w.Mode == port.Bind && w.Setting == "" && w.Origin.Kind == "definition"
}

// suggest finds a block of ports as long as the want's that is really free, lasts, is taken by no rule, and is not
// wanted by anybody in the same request; 0 when there is none.
func suggest(w port.Requirement, wants []port.Requirement, f verdict.Facts, s *host.Survey) uint16 {
	inRow, last := 0, uint16(0)
	for n := range verdict.Candidates(w) {
		switch {
		case !good(w, n, wants, f, s):
			inRow = 0
		case n == last+1:
			inRow++
		default:
			inRow = 1
		}
		if last = n; inRow == w.Ports.Len() {
			return n - uint16(inRow) + 1
		}
	}
	return 0
}

// good says whether a want could be moved to port n, beside the other wants, and stay there. Rules are asked before the kernel:
// one that takes every port would have it try them all.
func good(w port.Requirement, n uint16, wants []port.Requirement, f verdict.Facts, s *host.Survey) bool {
	w.Ports = port.Single(n)
	return int(n) >= f.Kernel.UnprivilegedStart && f.Lasting(w.Protocol, n) && !f.Barred(w) &&
		!slices.ContainsFunc(wants, w.Overlaps) && s.Reached(w) && probe.Free(w.Protocol, n)
}
