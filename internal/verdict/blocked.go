package verdict

import (
	"cmp"
	"slices"

	"github.com/safeport/safeport/internal/facts"
)

// blocked is the finding on filters that keep clients from outside away; the rule that keeps out most comes first. That
// some may be kept out by an address or a rate is no reason to warn: a host on the internet has such rules for its own good.
func (f Facts) blocked(i int, r *Result) []Finding {
	if i >= len(f.Probes) || len(f.Probes[i].Blocked) == 0 {
		return nil
	}
	blocks := slices.Clone(f.Probes[i].Blocked)
	slices.SortStableFunc(blocks, func(a, b facts.Block) int { return cmp.Compare(a.Extent, b.Extent) })
	severity := Warning
	if blocks[0].Extent == facts.Some {
		severity = Info
	}
	return []Finding{{Code: BlockedOutside, Severity: severity, Required: i, Result: r, Blocks: blocks}}
}
