package picture

import (
	"bytes"
	"encoding/xml"
	"flag"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/safeport/safeport/lab"
)

var rewrite = flag.Bool("rewrite", false, "take the pictures of the documentation anew")

// The picture in the README shows what really happens: a host with an engine, where somebody has port 80. But for process
// ids and times, the picture in the repository says the same.
func TestConflict(t *testing.T) {
	host := lab.NewHost(t, lab.HostOptions{})
	safeport := host.Build(t, "github.com/safeport/safeport/cmd/safeport")
	engine := host.StartEngine(t, lab.EngineOptions{})
	python := host.Command(t.Context(), lab.Root, nil, "/usr/bin/python3", "-m", "http.server", "80")
	if err := host.Do(python.Start); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = python.Process.Kill()
		_ = python.Wait()
	})
	listens(t, host)

	var output strings.Builder
	typed := func(line string) {
		output.WriteString("\x1b[32m$\x1b[0m \x1b[1m" + line + "\x1b[0m\n")
	}
	typed("python3 -m http.server 80 &")
	for i, line := range []string{"safeport check gpustack", "safeport check gpustack --port 8080"} {
		if i > 0 {
			output.WriteByte('\n')
		}
		typed(line)
		cmd := host.Command(t.Context(), lab.Root, []string{
			"PATH=" + filepath.Dir(safeport) + ":" + os.Getenv("PATH"), "HOME=/nonexistent", "DOCKER_HOST=" + engine.Endpoint,
			"TERM=xterm-256color", "LANG=C.UTF-8", "SHELL=/bin/sh",
		}, "script", "--quiet", "--command", "stty cols 100; "+line, "/dev/null")
		var out bytes.Buffer
		cmd.Stdout = &out
		if err := host.Run(cmd); err != nil {
			t.Fatal(err)
		}
		output.WriteString(out.String())
	}
	taken := SVG("a conflict, and its remedy", output.String())
	path := "../../docs/pictures/conflict.svg"
	if *rewrite {
		if err := os.WriteFile(path, taken, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := said(t, taken), said(t, kept); got != want {
		t.Errorf("%s shows another output than there is now (\"make pictures\" takes it anew):\n%s\n\nnow:\n%s", path, want, got)
	}
}

// listens waits until port 80 is taken.
func listens(t *testing.T, host *lab.Host) {
	t.Helper()
	for range 200 {
		var err error
		_ = host.Do(func() error {
			var conn net.Conn
			if conn, err = net.DialTimeout("tcp", "127.0.0.1:80", time.Second); err == nil {
				_ = conn.Close()
			}
			return nil
		})
		if err == nil {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatal("nobody listens on port 80")
}

var number = regexp.MustCompile(`[0-9]+`)

// said is the text of a picture, without what changes from run to run.
func said(t *testing.T, picture []byte) string {
	t.Helper()
	var words []string
	d := xml.NewDecoder(bytes.NewReader(picture))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return strings.Join(words, "\n")
		}
		if err != nil {
			t.Fatal(err)
		}
		if text, ok := token.(xml.CharData); ok && strings.TrimSpace(string(text)) != "" {
			words = append(words, number.ReplaceAllString(strings.Join(strings.Fields(string(text)), " "), "#"))
		}
	}
}

func TestLines(t *testing.T) {
	got := lines("\x1b[1mbold\x1b[0m plain\r\n\x1b[31mred\x1b[0m\n\n")
	want := [][]run{{{"bold", "1"}, {" plain", ""}}, {{"red", "31"}}}
	if len(got) != len(want) {
		t.Fatalf("%d lines: %q", len(got), got)
	}
	for i := range want {
		for j := range want[i] {
			if got[i][j] != want[i][j] {
				t.Errorf("line %d is %q, want %q", i, got[i], want[i])
			}
		}
	}
	if picture := SVG("a <b>", "x & y"); !bytes.Contains(picture, []byte("x &amp; y")) || !bytes.Contains(picture, []byte("a &lt;b&gt;")) {
		t.Errorf("not escaped: %s", picture)
	}
}
