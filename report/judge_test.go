package report_test

import (
	"testing"

	"github.com/safeport/safeport/report"
)

func TestStrictnessMakesWarningsCount(t *testing.T) {
	warning := report.Finding{Code: report.Latent, Severity: report.Warning}
	unread := report.Finding{Code: report.SourceFailed, Severity: report.Warning}
	others := report.Finding{Code: report.SourceFailed, Severity: report.Info} // another user's engine: it must not keep root from an answer
	for _, row := range []struct {
		name          string
		verdict       report.Verdict
		findings      []report.Finding
		plain, strict report.Verdict
	}{
		{"clear", report.Clear, nil, report.Clear, report.Clear},
		{"a warning", report.Warned, []report.Finding{warning}, report.Warned, report.Blocked},
		{"a source that was not read", report.Warned, []report.Finding{warning, unread}, report.Warned, report.Unknown},
		{"another user's engine that was not read", report.Warned, []report.Finding{warning, others}, report.Warned, report.Blocked},
		{"blocked", report.Blocked, []report.Finding{unread}, report.Blocked, report.Blocked},
		{"a verdict of the future", "merry", nil, "merry", "merry"},
	} {
		r := report.Report{Verdict: row.verdict, Findings: row.findings}
		if plain, strict := r.Judge(false), r.Judge(true); plain != row.plain || strict != row.strict {
			t.Errorf("%s: got %s, and %s when warnings count; want %s and %s", row.name, plain, strict, row.plain, row.strict)
		}
	}
}
