package advice

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/verdict"
	"github.com/safeport/safeport/report"
)

// ephemeralUse adds to a finding on ports that outgoing connections may take how full their range is, and how often that would
// make a start fail.
func (w *Builder) ephemeralUse(out *report.Finding, f verdict.Finding) {
	total := f.EphemeralUse.Of[0] + f.EphemeralUse.Of[1]
	if total == 0 {
		return // not counted
	}
	args := message.Args{
		"taken": strconv.Itoa(f.EphemeralUse.Taken[0] + f.EphemeralUse.Taken[1]), "total": strconv.Itoa(total),
	}
	out.Message += w.Lang.Text(message.EphemeralNow, args)
	if w.Results[f.Required].Required.AnyOf > 0 {
		return
	}
	out.Likelihood = math.Round(f.Chance*1e6) / 1e6
	of := 100
	if f.Chance < 0.1 {
		of = 1000
	}
	count := int(math.Round(f.Chance * float64(of)))
	if count == 0 {
		out.Message += w.Lang.Text(message.EphemeralSeldom, nil)
		return
	}
	out.Message += w.Lang.Text(message.EphemeralOften, message.Args{"count": strconv.Itoa(count), "of": strconv.Itoa(of)})
}

// reserved is the value of ip_local_reserved_ports with the ranges added: the setting replaces the whole list.
func reserved(have, add []port.Range) string {
	all := slices.Concat(have, add)
	slices.SortFunc(all, func(a, b port.Range) int { return cmp.Compare(a.First, b.First) })
	var merged []port.Range
	for _, r := range all {
		if last := len(merged) - 1; last >= 0 && int(r.First) <= int(merged[last].Last)+1 {
			merged[last].Last = max(merged[last].Last, r.Last)
			continue
		}
		merged = append(merged, r)
	}
	words := make([]string, len(merged))
	for i, r := range merged {
		words[i] = r.String()
	}
	return strings.Join(words, ",")
}
