package freeup

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/safeport/safeport/report"
)

// What a command has done before it failed is taken back with what the steps before it did.
func TestACommandThatFailsHalfWayIsTakenBack(t *testing.T) {
	dir := t.TempDir()
	first, second := filepath.Join(dir, "first"), filepath.Join(dir, "second")
	now := held(
		report.Remedy{Stops: true, Command: "touch " + first, Undo: "rm " + first},
		report.Remedy{Stops: true, Command: "touch " + second + " && false", Undo: "rm " + second},
	)
	plan := PlanOf(now)
	who := func(context.Context) (*report.WhoReport, error) { return now, nil }
	undone, err := plan.Run(t.Context(), who, time.Minute, io.Discard)
	if err == nil || !undone {
		t.Errorf("undone %v, error %v", undone, err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left are %v", left)
	}
}

// held is a port that something has, with what frees it.
func held(remedies ...report.Remedy) *report.WhoReport {
	return &report.WhoReport{
		Ports:    []report.Port{{Name: "80/tcp", Holders: []report.Holder{{Name: "web", State: "listening"}}}},
		Findings: []report.Finding{{Port: "80/tcp", Remedies: remedies}},
	}
}

// Whoever is asked may take an hour for the answer, and the port may be another's by then, or nobody's: what had it is not stopped for nothing,
// nor what has its name now.
func TestWhatChangedSinceItWasShownIsNotStopped(t *testing.T) {
	stopped := filepath.Join(t.TempDir(), "stopped")
	stop := report.Remedy{Stops: true, Command: "touch " + stopped}
	for _, tt := range []struct {
		name string
		now  *report.WhoReport
		want error
	}{
		{"another has it", held(report.Remedy{Stops: true, Command: "true"}), ErrChanged},
		{"another has it, too", held(stop, report.Remedy{Stops: true, Command: "true"}), ErrChanged},
		{"a process has it", held(report.Remedy{Process: 1}), ErrChanged},
		{"one has it that is kept", held(report.Remedy{Text: "it is the host's"}), ErrChanged},
		{"nobody has it", &report.WhoReport{}, nil},
	} {
		who := func(context.Context) (*report.WhoReport, error) { return tt.now, nil }
		_, err := PlanOf(held(stop)).Run(t.Context(), who, time.Minute, io.Discard)
		if err != tt.want {
			t.Errorf("%s: error %v, want %v", tt.name, err, tt.want)
		}
		if _, err := os.Stat(stopped); err == nil {
			t.Errorf("%s: it was stopped", tt.name)
		}
	}
}
