package release_test

import (
	"bytes"
	"context"
	"flag"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/lab"
)

var transcripts = flag.Bool("transcripts", false, "rewrite the transcripts in the tutorial")

// walk is what a new user types: a conflict, its remedy, an installation, an upgrade to another port, and the end of it.
var walk = []string{
	"safeport check gpustack",
	"safeport install gpustack --port 8080",
	"safeport status",
	"safeport upgrade gpustack --port 8090",
	"safeport uninstall gpustack",
}

// changing are the words of a transcript that are others in each run.
var changing = regexp.MustCompile(`PID \d+|(since |自 )(\d{4}-\d\d-\d\d )?\d\d:\d\d|/\S+/python3\S*|\d+(\.\d)?s( 后|\)|）|\n| \(down)`)

// columns are what parts two columns of a line.
var columns = regexp.MustCompile(`(\S) {2,}`)

// TestNewUsersWalk walks the way of a new user, in both languages. The transcripts are the tutorial, docs/start.md.
func TestNewUsersWalk(t *testing.T) {
	t.Parallel()
	for locale, page := range map[string]string{"C.UTF-8": "docs/start.md", "zh_CN.UTF-8": "docs/start.zh.md"} {
		t.Run(page, func(t *testing.T) {
			b := newBench(t)
			b.serveFiles()
			var transcript strings.Builder
			for _, line := range walk {
				transcript.WriteString("$ " + line + "\n" + b.typed(locale, line))
			}
			got := changing.ReplaceAllStringFunc(transcript.String(), func(s string) string {
				switch {
				case strings.HasPrefix(s, "PID "):
					return "PID 21871"
				case strings.HasPrefix(s, "/"):
					return "/usr/bin/python3"
				case s[0] >= '0' && s[0] <= '9':
					return "1.2s" + strings.TrimLeft(s, "0123456789.s")
				case strings.HasPrefix(s, "自"):
					return "自 19:31"
				}
				return "since 19:31"
			})
			path := filepath.Join("../..", page)
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			before, rest, _ := strings.Cut(string(text), walkBegins)
			old, after, found := strings.Cut(rest, walkEnds)
			if !found {
				t.Fatalf("%s has no place for the walk", path)
			}
			now := "\n" + indented(got)
			if *transcripts {
				if err := os.WriteFile(path, []byte(before+walkBegins+now+walkEnds+after), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			// Columns are as wide as the longest line, and that has the number of a process in it.
			if diff := cmp.Diff(columns.ReplaceAllString(old, "$1  "), columns.ReplaceAllString(now, "$1  ")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", path, diff)
			}
		})
	}
}

// The walk is between these in the tutorial.
const (
	walkBegins = "<!-- walk: written by go test ./internal/release -run Walk -transcripts -->\n"
	walkEnds   = "<!-- end of walk -->\n"
)

// indented is a text as a block of code in Markdown.
func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line != "\n" {
			b.WriteString("    ")
		}
		b.WriteString(line)
	}
	return b.String()
}

// serveFiles has port 80 in use as the tutorial does it.
func (b *bench) serveFiles() {
	b.Helper()
	const python = "/usr/bin/python3"
	if _, err := os.Stat(python); err != nil {
		b.Skipf("the walk begins with %s -m http.server, and there is none: %v", python, err)
	}
	cmd := b.Command(context.Background(), lab.Root, nil, python, "-m", "http.server", "80")
	if err := b.Do(cmd.Start); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	listens := func() error {
		conn, err := net.DialTimeout("tcp", "127.0.0.1:80", time.Second)
		if err == nil {
			conn.Close()
		}
		return err
	}
	for deadline := time.Now().Add(20 * time.Second); b.Do(listens) != nil; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.Fatal("python3 has not taken port 80")
		}
	}
}

// typed runs a line as a user types it, and is all that stands on the screen then.
func (b *bench) typed(locale, line string) string {
	b.Helper()
	elsewhere := " --state-dir " + b.state // root's is this machine's; a printed command has it too
	cmd := b.Command(context.Background(), lab.Root, []string{
		"PATH=" + filepath.Dir(b.safeport) + ":" + os.Getenv("PATH"), "HOME=/nonexistent", "LANG=" + locale,
		"DOCKER_HOST=" + b.engine.Endpoint, "XDG_STATE_HOME=" + b.state, "TZ=UTC",
	}, "sh", "-c", line+elsewhere)
	if strings.HasPrefix(line, "safeport check") {
		cmd.Args[2] = line
	}
	var screen bytes.Buffer
	cmd.Stdout, cmd.Stderr = &screen, &screen
	_ = b.Host.Run(cmd) // a conflict has its exit status, and the transcript shows it
	return strings.ReplaceAll(screen.String(), elsewhere, "") + "\n"
}
