package journal

import (
	"github.com/safeport/safeport/internal/message"
)

// FailedError is a change that failed. What stands now is in it: either everything is as it was before, or Undo says what
// could not be put back.
type FailedError struct {
	Err  error
	Undo error          // nil: undone
	Now  message.Phrase // what stands now, in a sentence
	Log  string         // last lines that the new release's containers wrote
	Hint message.Phrase // what to try instead; empty when nothing is known
}

func (e *FailedError) Error() string { return e.In(message.English) }

// In is the failure in a language.
func (e *FailedError) In(l message.Language) string {
	if e.Undo != nil {
		return l.Sprintf("%v; rollback failed: %v", e.Err, e.Undo)
	}
	return l.Error(e.Err)
}

func (e *FailedError) Unwrap() error { return e.Err }

// PartlyRemoved is an uninstallation that broke off.
func PartlyRemoved(err error) *FailedError {
	return &FailedError{
		Err: err, Undo: message.Errorf("an uninstall can't be rolled back"), Now: message.Say("it was partly removed"),
	}
}

// NotBegunError is a change that was not begun, as what it takes is not there: an engine that answers, a state directory
// that can be written. Nothing was changed.
type NotBegunError struct{ Err error }

func (e *NotBegunError) Error() string { return e.Err.Error() }
func (e *NotBegunError) Unwrap() error { return e.Err }
