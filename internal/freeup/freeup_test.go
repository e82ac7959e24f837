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
	plan := Plan{Steps: []Step{
		{Remedy: report.Remedy{Command: "touch " + first, Undo: "rm " + first}},
		{Remedy: report.Remedy{Command: "touch " + second + " && false", Undo: "rm " + second}},
	}}
	who := func(context.Context) (*report.WhoReport, error) { return &report.WhoReport{}, nil }
	undone, err := plan.Run(t.Context(), who, time.Minute, io.Discard)
	if err == nil || !undone {
		t.Errorf("undone %v, error %v", undone, err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left are %v", left)
	}
}
