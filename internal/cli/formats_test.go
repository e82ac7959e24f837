package cli

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"github.com/safeport/safeport/report"
)

// A library of Docker's has taken the name -update.
var update = flag.Bool("rewrite", false, "rewrite the golden files")

// A golden's name is the contract: blocked.1.tap is what "-o tap" prints of the report in blocked.json, and 1 the exit
// status beside it; blocked.strict.1.tap the same with --strict.
func TestFormats(t *testing.T) {
	specs, err := filepath.Glob("testdata/formats/*.json")
	if err != nil || len(specs) == 0 {
		t.Fatalf("no reports: %v", err)
	}
	valid := map[string]func(*testing.T, []byte){
		"junit": wellFormed, "tap": readByProve, "prometheus": readByPromtool, "nagios": oneBar, "github": annotations,
	}
	wanted := map[string]bool{}
	for _, spec := range specs {
		r := readReport(t, spec)
		for format, valid := range valid {
			for _, strict := range []bool{false, true} {
				got, status := rendered(t, r, format, strict)
				name := strings.TrimSuffix(filepath.Base(spec), ".json")
				if strict && r.Verdict != report.Warned {
					continue // only warnings weigh more
				}
				if strict {
					name += ".strict"
				}
				name = fmt.Sprintf("%s.%d.%s", name, status, format)
				wanted[name] = true
				t.Run(name, func(t *testing.T) {
					golden(t, name, got)
					valid(t, got)
				})
			}
		}
	}
	files, err := filepath.Glob("testdata/formats/*.[0-9].*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !wanted[filepath.Base(file)] {
			t.Errorf("%s is made by no report", file)
		}
	}
}

func readReport(t *testing.T, path string) *report.Report {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var r report.Report
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	return &r
}

func rendered(t *testing.T, r *report.Report, format string, strict bool) (text []byte, status int) {
	t.Helper()
	var out bytes.Buffer
	c := &check{OutputFlags: NewOutput(), strict: strict}
	c.Format.Value = format
	cmd := &cobra.Command{}
	cmd.Flags().String("lang", "en", "")
	cmd.SetOut(&out)
	if err := c.write(cmd, r); err != nil {
		t.Fatal(err)
	}
	var exit ExitStatus
	errors.As(c.status(r), &exit)
	return out.Bytes(), int(exit)
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata/formats", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func wellFormed(t *testing.T, text []byte) {
	d := xml.NewDecoder(bytes.NewReader(text))
	for {
		switch _, err := d.Token(); {
		case err == io.EOF:
			return
		case err != nil:
			t.Fatal(err)
		}
	}
}

// readByProve has Perl's own harness count the tests: it must see as many as planned, and none skipped.
func readByProve(t *testing.T, text []byte) {
	out := readBy(t, text, "prove", "--exec", "cat", "{}")
	var planned int
	if _, err := fmt.Sscanf(string(text), "TAP version 13\n1..%d", &planned); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out, "skipped") || strings.Contains(out, "Parse errors") || !strings.Contains(out, fmt.Sprintf("Tests=%d,", planned)) {
		t.Errorf("prove reads it otherwise (%d tests):\n%s", planned, out)
	}
}

func readByPromtool(t *testing.T, text []byte) {
	out := readBy(t, text, "sh", "-c", `promtool check metrics <"$0"`, "{}")
	if strings.Contains(out, "error") {
		t.Errorf("promtool says:\n%s", out)
	}
}

// readBy runs a program over a text and returns all it says. {} stands for the file's name.
func readBy(t *testing.T, text []byte, program string, args ...string) string {
	t.Helper()
	tool := program
	if program == "sh" {
		tool = "promtool"
	}
	if _, err := exec.LookPath(tool); err != nil {
		if os.Getenv("SAFEPORT_LAB") == "required" {
			t.Fatal(err)
		}
		t.Skipf("%s is not installed", tool)
	}
	file := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "{}", file)
	}
	out, _ := exec.Command(program, args...).CombinedOutput() // a failed test is a failure of prove too
	return string(out)
}

// oneBar: the first bar of a plugin's first line parts its text from the figures, and one in a later line would begin more.
func oneBar(t *testing.T, text []byte) {
	first, rest, _ := bytes.Cut(text, []byte("\n"))
	if bytes.Count(first, []byte("|")) != 1 || bytes.Contains(rest, []byte("|")) {
		t.Errorf("not one bar in the first line, or one in the others:\n%s", text)
	}
}

// annotations: each line is one of safeport's own.
func annotations(t *testing.T, text []byte) {
	for line := range strings.Lines(string(text)) {
		switch command, _, _ := strings.Cut(line, " "); command {
		case "::error", "::warning", "::notice", "safeport:":
		default:
			t.Errorf("a runner would take this line for its own: %q", line)
		}
	}
}
