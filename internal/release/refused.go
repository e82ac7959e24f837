package release

import "safeport"

// BlockedError is a change that was not made because the ports cannot be had.
type BlockedError struct{ Report *safeport.Report }

func (e *BlockedError) Error() string {
	for _, f := range e.Report.Findings {
		if f.Severity == safeport.Error {
			return f.Message
		}
	}
	return "there are warnings, and --strict was said"
}

// RefusedError is a change that makes no sense for what is there. Nothing was changed.
type RefusedError struct {
	Reason string
	Hint   string // what to do instead; empty when there is nothing
}

func (e *RefusedError) Error() string { return e.Reason }
