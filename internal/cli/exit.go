package cli

import (
	"errors"
	"fmt"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/report"
)

// Exit statuses. Scripts depend on them: none ever changes its meaning.
const (
	exitClear       = 0 // every port can be had; warnings are allowed unless --strict
	ExitBlocked     = 1 // a port cannot be had, or there is a warning under --strict
	exitUsage       = 2 // the command line, or a setting, makes no sense
	ExitUnknown     = 3 // it could not be told, or the answer could not be written
	ExitUndone      = 4 // the change failed, and was undone
	ExitStuck       = 5 // the change failed, and could not be undone: it is said what stands and what to do
	exitInternal    = 70
	ExitInterrupted = 130 // as a shell reports SIGINT
)

// ExitStatus ends a command whose result is printed already.
type ExitStatus int

func (s ExitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// usageError is a fault in the command line that is found here and not by the library.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// Usagef is a fault in the command line, in the words of [message.Errorf].
func Usagef(format string, args ...any) error {
	return &usageError{message.Errorf(format, args...)}
}

// statusOf is the exit status for an error that kept a command from its result.
func statusOf(err error) int {
	var here *usageError
	var there *safeport.UsageError
	var few *report.NotEnoughError
	switch {
	case errors.As(err, &here), errors.As(err, &there):
		return exitUsage
	case errors.As(err, &few):
		return ExitBlocked
	}
	return exitInternal
}

// Checked is the exit status of a check, as an error for cobra; nil for a clear one.
func Checked(r *report.Report, strict bool) error {
	switch r.Judge(strict) {
	case report.Blocked:
		return ExitStatus(ExitBlocked)
	case report.Unknown:
		return ExitStatus(ExitUnknown)
	}
	return nil
}
