package fleet

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/report"
)

// warn adds a warning about the host.
func warn(r *report.Report, code report.Code, text string) *report.Report {
	r.Findings = append(r.Findings, report.Finding{Code: code, Severity: report.Warning, Message: text})
	if r.Verdict == report.Clear {
		r.Verdict = report.Warned
	}
	return r
}

func TestNumbersAreOneCause(t *testing.T) {
	for _, row := range []struct {
		texts []string
		want  string
	}{
		{[]string{"0 of 28232 in use", "100 of 28232 in use", "7 of 28232 in use"}, "0–100 of 28232 in use"},
		{[]string{"5 of 9", "5 of 9"}, "5 of 9"},
		{[]string{"0 of 28232 in use", "all in use"}, "0 of 28232 in use (details differ between hosts)"},
		{[]string{"on gpu-07", "on gpu-08"}, "on gpu-07 (details differ between hosts)"},
		{[]string{"rule 18446744073709551616", "rule 18446744073709551617"}, "rule 18446744073709551616 (details differ between hosts)"},
		{[]string{"端口 80 有 3 个", "端口 80 有 12 个"}, "端口 80 有 3–12 个"},
	} {
		var reports []*report.Report
		for i, text := range row.texts {
			reports = append(reports, warn(told(fmt.Sprint("gpu-", i), report.PortFree), report.Ephemeral, text))
		}
		f := Merge(each(reports...), Options{})
		if len(f.Causes) != 1 || f.Causes[0].Message != row.want || len(f.Causes[0].Hosts) != len(row.texts) {
			t.Errorf("%q become %+v, want %q", row.texts, f.Causes, row.want)
		}
	}
}

// What every host warns of says the least about each: it comes last, whatever the number of hosts.
func TestWarningsOfAllHostsComeLast(t *testing.T) {
	var reports []*report.Report
	for i := range 5 {
		r := warn(told(fmt.Sprint("gpu-", i), report.PortFree), report.Ephemeral, fmt.Sprint(i, " of 100"))
		if i > 2 {
			r = warn(r, report.EngineUnreachable, "no engine")
		}
		reports = append(reports, r)
	}
	f := Merge(each(reports...), Options{})
	var got []string
	for _, c := range f.Causes {
		got = append(got, fmt.Sprint(len(c.Hosts), ": ", c.Message))
	}
	if diff := cmp.Diff([]string{"2: no engine", "5: 0–4 of 100"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if want := (report.FleetCounts{Hosts: 5, Ready: 5, Warned: 5}); f.Counts != want {
		t.Errorf("counted %+v", f.Counts)
	}
}
