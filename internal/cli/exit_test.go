package cli

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/report"
)

func TestExitStatusOfACheck(t *testing.T) {
	unseen := []report.Finding{{Code: report.Ephemeral, Severity: report.Warning}, {Code: report.SourceFailed, Severity: report.Warning}}
	for _, row := range []struct {
		name     string
		verdict  report.Verdict
		findings []report.Finding
		strict   bool
		want     int
	}{
		{"clear", report.Clear, nil, false, 0},
		{"clear, strict", report.Clear, nil, true, 0},
		{"warned", report.Warned, nil, false, 0},
		{"warned, strict", report.Warned, nil, true, 1},
		{"a source closed", report.Warned, unseen, false, 0},
		{"a source closed, strict", report.Warned, unseen, true, 3},
		{"blocked", report.Blocked, nil, false, 1},
		{"blocked beside a closed source, strict", report.Blocked, unseen, true, 1},
		{"unknown", report.Unknown, nil, false, 3},
		{"unknown, strict", report.Unknown, nil, true, 3},
	} {
		t.Run(row.name, func(t *testing.T) {
			err := Checked(&report.Report{Verdict: row.verdict, Findings: row.findings}, row.strict)
			got := 0
			if status := ExitStatus(0); errors.As(err, &status) {
				got = int(status)
			}
			if got != row.want {
				t.Errorf("exit status %d, want %d", got, row.want)
			}
		})
	}
}

func TestExitStatusOfAnError(t *testing.T) {
	for want, err := range map[int]error{
		2:  fmt.Errorf("wrapped: %w", &safeport.UsageError{Err: errors.New("no such port")}),
		1:  &report.NotEnoughError{Wanted: 3, Found: 2},
		70: errors.New("anything else"),
	} {
		if got := statusOf(err); got != want {
			t.Errorf("statusOf(%v) = %d, want %d", err, got, want)
		}
	}
}

func TestInternalErrorIsShort(t *testing.T) {
	t.Setenv("SAFEPORT_DEBUG", "")
	var short, long bytes.Buffer
	if got := internalError("index out of range", nil, &short); got != 70 {
		t.Errorf("exit status %d, want 70", got)
	}
	if !strings.HasPrefix(short.String(), "safeport: internal error: index out of range\nhint: ") || strings.Count(short.String(), "\n") != 2 {
		t.Errorf("not a line and a hint:\n%s", short.String())
	}
	internalError("index out of range", []string{"check", "--verbose"}, &long)
	if !strings.Contains(long.String(), "TestInternalErrorIsShort") {
		t.Errorf("no stack with --verbose:\n%s", long.String())
	}
}
