package output

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/report"
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
					t.Fatalf("width %d: no line ends in the command %q:\n%s", width, remedy.Command, got.String())
				}
			}
		}
	}
}

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		name, prose string
		screen      int
		want        []string
	}{
		{"English at spaces alone", "see /etc/sysctl.d/60-safeport.conf first", 24, []string{"see", "/etc/sysctl.d/60-safeport.conf", "first"}},
		{"Chinese between characters", "未找到容器引擎已按绑定方式判断端口", 24, []string{"未找到容器引擎已按绑定方", "式判断端口"}},
		{"no comma begins a line", "未找到容器引擎已按绑定方，式", 24, []string{"未找到容器引擎已按绑定", "方，式"}},
		{"no bracket ends one", "未找到容器引擎已按绑定（方式）", 24, []string{"未找到容器引擎已按绑定", "（方式）"}},
		{"a code among characters stays whole", "未找到容器引擎已[port-in-use]端口", 24, []string{"未找到容器引擎已", "[port-in-use]端口"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, wrap(tt.prose, tt.screen, 0)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func containsLine(lines []string, command string) bool {
	return slices.ContainsFunc(lines, func(l string) bool { return strings.HasSuffix(l, " "+command) })
}

func TestProseFitsTheScreen(t *testing.T) {
	for _, language := range []report.Language{report.English, report.Chinese} {
		for _, screen := range []int{60, 80, 100} {
			var got bytes.Buffer
			if err := Text(&got, severalFail(), Options{Width: screen, UTF8: true, Language: language}); err != nil {
				t.Fatal(err)
			}
			for l := range strings.Lines(got.String()) {
				if n := width(strings.TrimSuffix(l, "\n")); n > screen {
					t.Errorf("width %d: a line takes %d: %s", screen, n, l)
				}
			}
		}
	}
}

func TestNoLineEndsInSpaces(t *testing.T) {
	for _, r := range []*report.Report{clearReport(), severalFail(), nginxOn80()} {
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
		"Free": Free(full{}, &report.FreeReport{Ports: []int{8080}}),
		"JSON": JSON(full{}, nginxOn80()),
	} {
		if !errors.Is(err, errFull) {
			t.Errorf("%s returned %v, want the writer's error", name, err)
		}
	}
}
