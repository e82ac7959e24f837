package advice

import (
	"math"
	"strconv"

	"github.com/safeport/safeport/internal/message"
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
