package describe

import (
	"github.com/safeport/safeport/internal/facts"
)

// Outside says how far clients on other hosts get in, as [Port.Outside] has it.
func Outside(p facts.Probe) string {
	if p.Outside == 0 {
		return ""
	}
	worst := facts.Some + 1
	for _, b := range p.Blocked {
		worst = min(worst, b.Extent)
	}
	switch {
	case worst == facts.All:
		return "blocked"
	case len(p.Programs) > 0: // which may keep them out, too
		return ""
	case worst <= facts.Some || p.IPv6Refused:
		return "some"
	}
	return "open"
}
