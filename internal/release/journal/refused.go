package journal

import (
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/report"
)

// BlockedError is a change that was not made because the ports cannot be had.
type BlockedError struct{ Report *report.Report }

func (e *BlockedError) Error() string {
	return e.In(report.English)
}

// In is the first reason, which the report has in the language that was asked for.
func (e *BlockedError) In(l message.Language) string {
	for _, f := range e.Report.Findings {
		if f.Severity == report.Error {
			return f.Message
		}
	}
	return l.Sprintf("warnings count as errors with --strict")
}

// RefusedError is a change that makes no sense for what is there. Nothing was changed.
type RefusedError struct {
	Reason message.Phrase
	Hint   message.Phrase // what to do instead; empty when there is nothing
}

func (e *RefusedError) Error() string { return e.Reason.String() }

// In is the reason in a language.
func (e *RefusedError) In(l message.Language) string { return e.Reason.In(l) }
