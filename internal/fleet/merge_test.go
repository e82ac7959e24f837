package fleet

import (
	"encoding/json"
	"fmt"
	"iter"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/report"
)

// told makes a report of one host on port 80, as its check would write it.
func told(host string, v report.PortVerdict, holders ...report.Holder) *report.Report {
	r := &report.Report{
		Schema: report.Schema, Host: report.Host{Name: host}, Service: "gpustack", Instance: "gpustack", Verdict: report.Clear,
		Ports: []report.Port{{Name: "web", Service: "gpustack", Protocol: "tcp", Ports: "80", Verdict: v, Holders: holders}},
	}
	switch v {
	case report.PortBusy:
		r.Verdict = report.Blocked
		r.Findings = []report.Finding{{Code: report.PortInUse, Severity: report.Error, Port: "web", Message: "Port 80/tcp is already in use by " + holders[0].Name, Remedies: []report.Remedy{
			{Text: "use another port", Command: "safeport check gpustack --port 8080"}, {Text: fmt.Sprintf("stop pid %d", holders[0].PID)},
		}}}
	case report.PortUnknown:
		r.Verdict = report.Unknown
		r.Findings = []report.Finding{{Code: report.Undetermined, Severity: report.Error, Port: "web", Message: "could not tell"}}
	}
	return r
}

func taker(name string, pid int) report.Holder {
	return report.Holder{Kind: report.HolderProcess, Name: name, PID: pid, Protocol: "tcp", Address: "0.0.0.0", Port: 80}
}

func at(r *report.Report, minute int) *report.Report {
	t := time.Date(2026, 11, 22, 20, minute, 0, 0, time.UTC)
	r.Time = &t
	return r
}

func spare(r *report.Report, tried, free string) *report.Report {
	r.Spares = []report.Spare{{Port: "web", Tried: []string{tried}, Free: strings.Fields(free)}}
	return r
}

func each(list ...*report.Report) iter.Seq2[*report.Report, error] {
	return func(yield func(*report.Report, error) bool) {
		for _, r := range list {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestOneCauseForManyHosts(t *testing.T) {
	f := Merge(each(told("gpu-10", report.PortBusy, taker("nginx", 812)), told("gpu-2", report.PortBusy, taker("nginx", 77)), told("gpu-1", report.PortFree),
		told("gpu-3", report.PortBusy, taker("caddy", 5)), told("gpu-4", report.PortUnknown)), Options{Expect: []string{"gpu-1", "gpu-5"}})
	if want := (report.FleetCounts{Hosts: 6, Ready: 1, Clear: 1, Blocked: 3, Unknown: 2}); f.Counts != want || f.Verdict != report.Blocked {
		t.Errorf("counted %+v (%s), want %+v", f.Counts, f.Verdict, want)
	}
	var got []string
	for _, c := range f.Causes {
		got = append(got, fmt.Sprint(c.Verdict, ": ", c.Message, ": ", strings.Join(c.Hosts, " ")))
	}
	want := []string{
		"blocked: Port 80/tcp is already in use by nginx: gpu-2 gpu-10",
		"blocked: Port 80/tcp is already in use by caddy: gpu-3",
		"unknown: could not tell: gpu-4",
		"unknown: no report: gpu-5",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]report.Remedy{{Text: "use another port", Command: "safeport check gpustack --port 8080"}}, f.Causes[0].Remedies); diff != "" {
		t.Errorf("what only one host can do is told to all, -want +got:\n%s", diff)
	}
}

func TestHostsThatReportTwice(t *testing.T) {
	port8080 := told("a", report.PortFree)
	port8080.Service, port8080.Ports[0].Ports = "", "8080"
	for _, row := range []struct {
		name    string
		reports []*report.Report
		verdict report.Verdict
		answers int
		notes   int
	}{
		{"the newer counts", []*report.Report{at(told("a", report.PortBusy, taker("nginx", 1)), 5), at(told("a", report.PortFree), 9)}, report.Clear, 1, 1},
		{"the newer counts that was read first", []*report.Report{at(told("a", report.PortFree), 9), at(told("a", report.PortBusy, taker("nginx", 1)), 5)}, report.Clear, 1, 1},
		{"without times, the one that was read last", []*report.Report{told("a", report.PortFree), told("a", report.PortBusy, taker("nginx", 1))}, report.Blocked, 1, 1},
		{"another question is another answer", []*report.Report{told("a", report.PortBusy, taker("nginx", 1)), port8080}, report.Blocked, 2, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := Merge(each(row.reports...), Options{})
			if len(f.Hosts) != 1 || f.Verdict != row.verdict || len(f.Hosts[0].Answers) != row.answers || len(f.Notes) != row.notes {
				t.Errorf("got %+v, notes %q", f.Hosts, f.Notes)
			}
			if f.Verdict == report.Clear && len(f.Causes) > 0 {
				t.Errorf("causes of the replaced report are left: %+v", f.Causes)
			}
		})
	}
}

func TestSharedPorts(t *testing.T) {
	busy := func(host string) *report.Report { return told(host, report.PortBusy, taker("nginx", 1)) }
	for _, row := range []struct {
		name    string
		reports []*report.Report
		want    []report.SharedPort
	}{
		{"free on all", []*report.Report{spare(busy("a"), "8080-8083", "8081-8083"), spare(told("b", report.PortFree), "8080-8083", "8080 8082-8083")},
			[]report.SharedPort{{Service: "gpustack", Name: "web", Instead: "80", Ports: "8082", Hosts: 2, Failing: 1, Tried: "8080-8083"}}},
		{"what was not tried everywhere is not known", []*report.Report{spare(busy("a"), "8080-8083", "8081-8083"), spare(told("b", report.PortFree), "9000-9003", "9000-9003")},
			[]report.SharedPort{{Service: "gpustack", Name: "web", Instead: "80", Hosts: 2, Failing: 1}}},
		{"a report that does not say", []*report.Report{spare(busy("a"), "8080-8083", "8081-8083"), told("b", report.PortFree)},
			[]report.SharedPort{{Service: "gpustack", Name: "web", Instead: "80", Ports: "8081", Hosts: 2, Failing: 1, Silent: 1, Tried: "8080-8083"}}},
		{"no report says", []*report.Report{busy("a"), told("b", report.PortFree)}, nil},
		{"a report that names a port twice does not speak for another host", []*report.Report{spare(busy("a"), "8080-8081", "8080 8080-8080"), spare(told("b", report.PortFree), "8080-8081", "8081")},
			[]report.SharedPort{{Service: "gpustack", Name: "web", Instead: "80", Hosts: 2, Failing: 1, Tried: "8080-8081"}}},
	} {
		t.Run(row.name, func(t *testing.T) {
			if diff := cmp.Diff(row.want, Merge(each(row.reports...), Options{}).Shared); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestSharedBlocksDoNotOverlap(t *testing.T) {
	r := told("a", report.PortBusy, taker("nginx", 1))
	r.Ports = append(r.Ports, report.Port{Name: "models", Service: "gpustack", Protocol: "tcp", Ports: "4000-4003", Verdict: report.PortBusy})
	r.Spares = []report.Spare{{Port: "web", Tried: []string{"8080-8089"}, Free: []string{"8080-8089"}}, {Port: "models", Tried: []string{"8080-8089"}, Free: []string{"8080-8089"}}}
	shared := Merge(each(r), Options{}).Shared
	if len(shared) != 2 || shared[0].Ports != "8080" || shared[1].Ports != "8081-8084" {
		t.Errorf("got %+v", shared)
	}
}

// What a stream holds that is no report is told, and the reports around it count.
func TestReadReports(t *testing.T) {
	good, err := json.Marshal(told("a", report.PortFree))
	if err != nil {
		t.Fatal(err)
	}
	indented, err := json.MarshalIndent(told("b", report.PortFree), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	line, pages := string(good)+"\n", string(indented)+"\n"
	for _, row := range []struct {
		name, text string
		reports    int
		faults     []string
	}{
		{"one a line", line + line, 2, nil},
		{"indented, one after the other", pages + pages, 2, nil},
		{"without a line's end", string(good) + string(good), 2, nil},
		{"a byte order mark", "\ufeff" + line, 1, nil},
		{"nothing", " \n\n", 0, nil},
		{"broken off in the middle", pages[:100] + "\n" + line, 1, []string{"f line 1: incomplete report"}},
		{"damaged", strings.Replace(line, ":", "=", 1) + line, 1, []string{"f line 1: incomplete report"}},
		{"lines of a log between", line + "Warning: Permanently added\nto the list\n" + line, 2, []string{"f line 2: incomplete report"}},
		{"a list", "[1, 2]\n" + line, 1, []string{"f line 1: not a report"}},
		{"another schema", `{"schema": "safeport/report/v2"}` + "\n" + line, 1, []string{`f line 1: not a report: schema "safeport/report/v2"`}},
		{"a schema that would write to the terminal", `{"schema": "\u001b[2J"}` + "\n", 0, []string{`"\\x1b[2J"`}},
		{"no schema", "{}\n", 0, []string{"f line 1: not a report: no schema"}},
		{"a field of another kind", strings.Replace(line, `"web"`, `7`, 1) + line, 1, []string{"f line 1: not a report: json:"}},
		{"a field of the future", strings.Replace(line, `{`, `{"colour": {"deep": [1]},`, 1), 1, nil},
		{"longer than any report", `{"schema": "` + strings.Repeat("x", maxReport) + "\"}\n" + line, 1, []string{"f line 1: not a report: longer than 8 MB"}},
		{"nested without end", strings.Repeat(`{"a":`, 100_000) + "\n" + line, 1, []string{"f line 1: incomplete report"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			reports, faults := 0, []string(nil)
			for _, err := range Read("f", strings.NewReader(row.text)) {
				if err != nil {
					faults = append(faults, err.Error())
				} else {
					reports++
				}
			}
			if reports != row.reports || len(faults) != len(row.faults) {
				t.Fatalf("got %d reports and %q", reports, faults)
			}
			for i, want := range row.faults {
				if !strings.Contains(faults[i], want) || strings.Contains(faults[i], "\n") {
					t.Errorf("said %q, want %q in it", faults[i], want)
				}
			}
		})
	}
}

func TestReportsThatMakeNoSense(t *testing.T) {
	change := func(f func(*report.Report)) *report.Report { r := told("a\x1b[2J", report.PortFree); f(r); return r }
	for _, row := range []struct {
		name string
		r    *report.Report
		want string
	}{
		{"no host", change(func(r *report.Report) { r.Host.Name = "" }), "a report without a host"},
		{"no port", change(func(r *report.Report) { r.Ports[0].Ports = "<script>" }), `the report of a\x1b[2J: "<script>" is not a port: a port is a number from 1 to 65535`},
		{"no protocol", change(func(r *report.Report) { r.Ports[0].Protocol = "smoke" }), `the report of a\x1b[2J: protocol "smoke" is not tcp, udp or sctp`},
		{"no address", change(func(r *report.Report) { r.Ports[0].Address = "\n" }), `the report of a\x1b[2J: "\\x0a" is not an address`},
		{"too much", change(func(r *report.Report) { r.Ports = make([]report.Port, 501) }), `the report of a\x1b[2J: it has 501 ports and 0 findings; the limit is 500`},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := Merge(each(row.r), Options{})
			if diff := cmp.Diff([]string{row.want}, f.Unread); diff != "" || f.Verdict != report.Unknown {
				t.Errorf("%s, -want +got:\n%s", f.Verdict, diff)
			}
		})
	}
	future := told("a", report.PortVerdict("shared"))
	future.Verdict = "merry"
	if f := Merge(each(future), Options{}); f.Counts.Unknown != 1 || f.Hosts[0].Answers[0].Verdict != report.PortUnknown {
		t.Errorf("verdicts of the future are read as %+v", f.Hosts)
	}
}

func FuzzReadReports(f *testing.F) {
	good, err := json.Marshal(told("a", report.PortBusy, taker("nginx", 1)))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte("{\"a\": \"}\\\"\n{}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		fleet := Merge(Read("f", strings.NewReader(string(text))), Options{})
		for _, line := range append(fleet.Unread, fleet.Notes...) {
			if strings.ContainsAny(line, "\n\x1b") {
				t.Errorf("%q is not one line of text", line)
			}
		}
	})
}

// Ten times the bytes with the same causes take the same memory.
func TestMemoryGrowsWithCauses(t *testing.T) {
	kept := func(padding int) uint64 {
		var before, after runtime.MemStats
		r := told("", report.PortBusy, taker("nginx", 1))
		r.Sources = []report.Source{{Name: strings.Repeat("x", padding)}}
		runtime.GC()
		runtime.ReadMemStats(&before)
		f := Merge(func(yield func(*report.Report, error) bool) {
			for i := range 2000 {
				text, err := json.Marshal(r)
				if err != nil {
					t.Error(err)
				}
				for read, err := range Read("f", strings.NewReader(string(text))) {
					read.Host.Name, read.Ports[0].Holders[0].PID = fmt.Sprint("gpu-", i), i
					if !yield(read, err) {
						return
					}
				}
			}
		}, Options{})
		runtime.GC()
		runtime.ReadMemStats(&after)
		if len(f.Causes) != 1 || len(f.Hosts) != 2000 {
			t.Fatalf("%d causes, %d hosts", len(f.Causes), len(f.Hosts))
		}
		return after.HeapAlloc - before.HeapAlloc
	}
	small, large := kept(100), kept(5_000)
	if large > small+small/2+100_000 {
		t.Errorf("2,000 reports leave %d bytes, and %d when they are ten times as long", small, large)
	}
	if perHost := small / 2000; perHost > 400 {
		t.Errorf("%d bytes a host", perHost)
	}
}

// forever is what a device or a broken program writes.
type forever byte

func (b forever) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(b)
	}
	return len(p), nil
}

func TestWhatHasNoEndIsGivenUp(t *testing.T) {
	for _, b := range []forever{0, '{'} {
		fleet := Merge(Read("f", b), Options{})
		if len(fleet.Unread) != 1 || !strings.HasSuffix(fleet.Unread[0], "it exceeds 64 MB: the rest isn't read") {
			t.Errorf("%q: %q", rune(b), fleet.Unread)
		}
	}
}

// A host is no better than what its report finds, whatever the report says of it.
func TestVerdictThatItsFindingsContradict(t *testing.T) {
	says := func(v report.Verdict, of *report.Report) *report.Report {
		of.Verdict = v
		return of
	}
	bare := told("a", report.PortBusy, taker("nginx", 1))
	bare.Findings = nil
	for _, row := range []struct {
		name string
		told *report.Report
		want report.Verdict
	}{
		{"an error", says(report.Clear, told("a", report.PortBusy, taker("nginx", 1))), report.Blocked},
		{"an error that is a warning by its verdict", says(report.Warned, told("a", report.PortBusy, taker("nginx", 1))), report.Blocked},
		{"a port without a finding", says(report.Clear, bare), report.Unknown},
		{"a word that is none", says("excellent", told("a", report.PortFree)), report.Unknown},
		{"nothing against it", says(report.Clear, told("a", report.PortFree)), report.Clear},
	} {
		if f := Merge(each(row.told), Options{}); f.Verdict != row.want || (f.Counts.Ready == 1) != (row.want == report.Clear) {
			t.Errorf("%s: %s, %+v, want %s", row.name, f.Verdict, f.Counts, row.want)
		}
	}
}
