package report

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"safeport"
)

// A command that was broken over two lines runs as two commands.
func TestCommandsAreNeverWrapped(t *testing.T) {
	r := workerRanges()
	for width := range 120 {
		var got bytes.Buffer
		if err := Text(&got, r, Options{Width: width}); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(got.String(), "\n")
		for _, f := range r.Findings {
			for _, remedy := range f.Remedies {
				if !containsLine(lines, remedy.Command) {
					t.Fatalf("width %d: no line is the command %q:\n%s", width, remedy.Command, got.String())
				}
			}
		}
	}
}

func containsLine(lines []string, text string) bool {
	for _, l := range lines {
		if strings.TrimSpace(l) == text {
			return true
		}
	}
	return false
}

func TestProseFitsTheScreen(t *testing.T) {
	for _, width := range []int{60, 80, 100} {
		var got bytes.Buffer
		if err := Text(&got, severalFail(), Options{Width: width, UTF8: true}); err != nil {
			t.Fatal(err)
		}
		for l := range strings.Lines(got.String()) {
			if n := len([]rune(strings.TrimSuffix(l, "\n"))); n > width {
				t.Errorf("width %d: a line takes %d: %s", width, n, l)
			}
		}
	}
}

func TestNoLineEndsInSpaces(t *testing.T) {
	for _, r := range []*safeport.Report{clearReport(), severalFail(), nginxOn80()} {
		var got bytes.Buffer
		if err := Text(&got, r, Options{Width: 100, Verbose: true}); err != nil {
			t.Fatal(err)
		}
		for l := range strings.Lines(got.String()) {
			if strings.TrimRight(l, " \n")+"\n" != l {
				t.Errorf("spaces at the end of %q", l)
			}
		}
	}
}

type full struct{}

var errFull = errors.New("no space left on device")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWriteErrorsAreReturned(t *testing.T) {
	for name, err := range map[string]error{
		"Text": Text(full{}, nginxOn80(), wide),
		"Who":  Who(full{}, whoReport(), wide),
		"Free": Free(full{}, &safeport.FreeReport{Ports: []int{8080}}),
		"JSON": JSON(full{}, nginxOn80()),
	} {
		if !errors.Is(err, errFull) {
			t.Errorf("%s returned %v, want the writer's error", name, err)
		}
	}
}
