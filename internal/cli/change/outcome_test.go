package change

import (
	"strings"
	"testing"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/internal/release"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/report"
)

// Who has installed something that only programs speak to is not sent there with a browser.
func TestAddressIsToBeOpened(t *testing.T) {
	number := 1
	o := &release.Outcome{Action: journal.Install, Result: release.Done, Instance: "x", Release: &number, URL: "http://192.0.2.1:10150", HasPage: true}
	if text := outcomeText(o, message.English, output.Options{}); !strings.Contains(text, "\n  Open     http://192.0.2.1:10150\n") {
		t.Errorf("a service with a page: %s", text)
	}
	o.HasPage = false
	if text := outcomeText(o, message.English, output.Options{}); !strings.Contains(text, "\n  Address  http://192.0.2.1:10150\n") || strings.Contains(text, "Open") {
		t.Errorf("a service without a page: %s", text)
	}
}

// On a narrow terminal prose is wrapped at words, and what is there to be copied has a line of its own.
func TestOutcomeFitsTheTerminal(t *testing.T) {
	number := 1
	const login = "docker exec gpustack cat /var/lib/gpustack/initial_admin_password"
	o := &release.Outcome{
		Action: journal.Install, Result: release.Done, Instance: "gpustack", Release: &number, URL: "http://192.0.2.1:8080", HasPage: true,
		Login: "user admin; until it is changed, the first password: " + login, Image: "gpustack/gpustack:v2.3.0", Names: []string{"gpustack"},
		Command: "docker", Undo: "safeport uninstall gpustack --state-dir /var/lib/another-directory",
	}
	o.Report = &report.Report{Findings: []report.Finding{{Severity: report.Warning, Message: strings.Repeat("some words of a warning ", 5)}}}
	text := outcomeText(o, message.English, output.Options{Width: 50, Columns: 50})
	for line := range strings.Lines(text) {
		command := strings.Contains(line, login) || strings.Contains(line, o.Undo)
		if len(line) > 51 && !command {
			t.Errorf("a line takes %d columns: %s", len(line)-1, line)
		}
	}
	for _, whole := range []string{"\n           " + login + "\n", "  Undo     " + o.Undo + "\n"} {
		if !strings.Contains(text, whole) {
			t.Errorf("%q is missing in:\n%s", whole, text)
		}
	}
	if wide := outcomeText(o, message.English, output.Options{Width: 100}); !strings.Contains(wide, "first password: "+login+"\n") {
		t.Errorf("without a terminal a line is broken:\n%s", wide)
	}
}
