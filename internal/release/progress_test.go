package release_test

import (
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/creack/pty"

	"github.com/safeport/safeport/lab"
)

// drawn are the lines that were drawn anew, in their order.
var drawn = regexp.MustCompile(`\r\x1b\[K([^\r]+)`)

func (d *dialogue) drawn() (list []string) {
	for _, m := range drawn.FindAllStringSubmatch(d.said(), -1) {
		list = append(list, m[1])
	}
	return list
}

// trickle sends a piece after the other: what comes in one go has no progress that could be told.
type trickle struct{ http.ResponseWriter }

func (t trickle) Write(text []byte) (n int, err error) {
	for piece := range slices.Chunk(text, 64<<10) {
		time.Sleep(3 * time.Millisecond)
		k, err := t.ResponseWriter.Write(piece)
		if n += k; err != nil {
			return n, err
		}
	}
	return n, nil
}

// inTurn demands that lines were drawn that match, one after the other.
func inTurn(t *testing.T, list []string, patterns ...string) {
	t.Helper()
	rest := list
	for _, p := range patterns {
		found := false
		for i, line := range rest {
			if regexp.MustCompile(p).MatchString(line) {
				rest, found = rest[i+1:], true
				break
			}
		}
		if !found {
			t.Errorf("no %q, in its turn, in %q", p, list)
		}
	}
}

// At a terminal one sees what moves, how much of it, and for how long; elsewhere one line is left of what took long.
func TestLongStepsShowHowFarTheyAre(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	slow := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, "/blobs/") && r.Method == http.MethodGet {
				time.Sleep(4 * time.Second)
				w = trickle{w}
			}
			next.ServeHTTP(w, r)
		})
	}
	registry := b.StartRegistry(t, slow)
	push := func(version string) string {
		image := lab.GPUStack(version)
		image.Ballast = 20e6
		image.Env = append(image.Env, "STANDIN_DATA=1")
		ref := registry.Addr + "/mirror/gpustack/gpustack:" + version
		if err := registry.Push(t.Context(), ref, image); err != nil {
			t.Fatal(err)
		}
		return ref
	}

	d := b.talk(nil, "install", "gpustack", "--image", push("v2.2.1"))
	text := d.ends(0)
	inTurn(t, d.drawn(), `^  \d+s  Pull 127`, `^  \d+\.\d of 2\d\.\d MB, \d+s  Pull 127`)
	if !regexp.MustCompile(`✓ Pulled 127\S+:v2.2.1 \(2\d\.\d MB, [\d.]+s\)`).MatchString(text) || strings.Contains(text, "\x1b[3") {
		t.Errorf("what it took is not told, or in colours: %q", text)
	}

	// A copy of the data, and a wait for what does not come, on a screen that is narrow.
	b.write(filepath.Join(b.database(), "large"), strings.Repeat("data", 64<<20))
	d = b.talk([]string{"LANG=zh_CN.UTF-8"}, "upgrade", "gpustack", "--image", "gpustack/gpustack:v2.2.6", "--wait", "5s")
	d.ends(4)
	inTurn(t, d.drawn(), `^  \d+\.\d / 268\.\d MB`, `^  \d+s  等待`)
	if !regexp.MustCompile(`用时 \d+s\r\n`).MatchString(d.said()) {
		t.Errorf("how long it waited is not told: %q", d.said())
	}
	d = b.talk(nil, "upgrade", "gpustack", "--image", "gpustack/gpustack:v2.2.2")
	if err := pty.Setsize(d.tty, &pty.Winsize{Rows: 40, Cols: 12}); err != nil {
		t.Fatal(err)
	}
	d.ends(0)
	inTurn(t, d.drawn(), `^  \d+\.\d `)
	for _, line := range d.drawn() {
		if utf8.RuneCountInString(line) > 11 && strings.HasPrefix(line, "  ") && !strings.Contains(line, "\n") {
			t.Errorf("%q is wider than the screen", line)
		}
	}

	// In a log, and on a terminal that cannot draw a line anew, nothing is drawn, and a line tells what it took.
	a := b.must(0, "upgrade", "gpustack", "--image", push("v2.2.3"))
	if strings.ContainsAny(a.stderr, "\r\x1b") || !strings.Contains(a.stderr, "\n+ Pulled ") {
		t.Errorf("in a log there is %q", a.stderr)
	}
	d = b.talk([]string{"TERM=dumb"}, "upgrade", "gpustack", "--image", "gpustack/gpustack:v2.2.6", "--wait", "4s")
	if text := d.ends(4); strings.Contains(text, "\x1b") || !regexp.MustCompile(`took \d+s`).MatchString(text) {
		t.Errorf("a dumb terminal gets %q", text)
	}
	if a = b.must(4, "upgrade", "gpustack", "--image", "gpustack/gpustack:v2.2.6", "--wait", "4s", "--quiet"); strings.Contains(a.stderr, "took") {
		t.Errorf("--quiet: %q", a.stderr)
	}
}
