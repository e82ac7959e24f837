package chains

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/creack/pty"

	"github.com/safeport/safeport/lab"
)

// screen is "safeport who --watch" at a terminal that outlives it, as a person's shell does.
type screen struct {
	*terminal
	tty    *os.File
	before unix.Termios
	cmd    *exec.Cmd
}

func (g *stage) watch(flags ...string) *screen {
	g.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		g.Fatal(err)
	}
	if err := pty.Setsize(tty, &pty.Winsize{Rows: 30, Cols: 100}); err != nil {
		g.Fatal(err)
	}
	s := &screen{terminal: &terminal{File: master, over: make(chan error, 1), read: make(chan struct{})}, tty: tty}
	s.before = s.settings(g)
	s.cmd = exec.Command(g.Path("bin/safeport"), append([]string{"who", "--watch", "--engine", "none", "--interval", "300ms"}, flags...)...)
	s.cmd.Env = []string{"TERM=xterm-256color", "LANG=C.UTF-8", "PATH=" + os.Getenv("PATH")}
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = tty, tty, tty
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := g.host.Do(s.cmd.Start); err != nil {
		g.Fatal(err)
	}
	go s.listen()
	go func() { s.over <- s.cmd.Wait() }()
	g.Cleanup(func() {
		s.cmd.Process.Kill()
		tty.Close()
		master.Close()
	})
	return s
}

func (s *screen) settings(g *stage) unix.Termios {
	g.Helper()
	t, err := unix.IoctlGetTermios(int(s.tty.Fd()), unix.TCGETS)
	if err != nil {
		g.Fatal(err)
	}
	return *t
}

// page waits for a page, as it was drawn at once, that has all the texts in one of its lines, and is not followed by another
// screen.
func (s *screen) page(g *stage, texts ...string) string {
	g.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		pages := strings.Split(s.text(), "\x1b[H\x1b[2J")
		for line := range strings.Lines(pages[len(pages)-1]) {
			if containsAll(line, texts) {
				return pages[len(pages)-1]
			}
		}
	}
	g.Fatalf("no line with %q in %q", texts, s.text())
	return ""
}

func containsAll(line string, texts []string) bool {
	for _, text := range texts {
		if !strings.Contains(line, text) {
			return false
		}
	}
	return true
}

// left waits for the end: with status 0, the screen and the cursor given back, and the terminal as it was.
func (s *screen) left(g *stage, status int) {
	g.Helper()
	select {
	case err := <-s.over:
		if got := statusOf(g, err); got != status {
			g.Errorf("exit status %d, want %d", got, status)
		}
	case <-time.After(time.Minute):
		g.Fatal("it does not leave")
	}
	if after := s.settings(g); after != s.before {
		g.Errorf("the terminal was left as %+v, and was %+v", after, s.before)
	}
	const leave = "\x1b[?25h\x1b[?1049l"
	for end := time.Now().Add(time.Minute); !strings.HasSuffix(s.text(), leave); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			text := s.text()
			g.Fatalf("the screen was not given back: %q", text[max(0, len(text)-200):])
		}
	}
	if !strings.HasPrefix(s.text(), "\x1b[?1049h") {
		g.Error("it draws over what the terminal had")
	}
}

// TestWatch looks at ports that come and go, at a real terminal and without one.
func TestWatch(t *testing.T) {
	wanted(t)
	h := lab.NewHost(t, lab.HostOptions{})
	h.Build(t, "github.com/safeport/safeport/cmd/safeport")
	g := &stage{T: t, host: h, port: 8400}
	h.Standin(t, lab.Process{Name: "stays", Args: []string{"serve", "tcp::8401"}})

	for _, way := range []struct {
		name, key string
		signal    os.Signal
		status    int
	}{{name: "q", key: "q"}, {name: "Ctrl-C", key: "\x03"}, {name: "SIGTERM", signal: syscall.SIGTERM}, {name: "SIGHUP", signal: syscall.SIGHUP}} {
		t.Run(way.name, func(t *testing.T) {
			g := &stage{T: t, host: h, port: 8400}
			s := g.watch()
			if first := s.page(g, "8401", "stays"); strings.Contains(first, "+") || strings.Contains(first, "8400") {
				t.Errorf("the first page marks what was there: %q", first)
			}
			cmd := g.command(lab.Root, "exec "+h.Path("bin/standin")+" serve tcp::8400")
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			s.page(g, "+", "8400", "standin")
			s.page(g, "8401", "stays") // without a mark
			cmd.Process.Kill()
			cmd.Wait()
			s.page(g, "-", "8400", "standin")
			if way.key != "" {
				s.WriteString(way.key)
			} else {
				s.cmd.Process.Signal(way.signal)
			}
			s.left(g, way.status)
		})
	}

	// Without a terminal: a line for each that came and went, and nothing of the terminal's.
	var out strings.Builder
	cmd := exec.Command(h.Path("bin/safeport"), "who", "--watch", "--engine", "none", "--interval", "300ms")
	file, err := os.Create(h.Path("watched"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = file, &out
	if err := h.Do(cmd.Start); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	lines := func() []string {
		text, _ := os.ReadFile(h.Path("watched"))
		return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	}
	// The first look may see the port or not, and marks nothing: from then on it comes and goes by turns.
	for end := time.Now().Add(2 * time.Minute); len(lines()) < 4; {
		if time.Now().After(end) {
			t.Fatalf("too few lines: %q %s", lines(), out.String())
		}
		web := g.command(lab.Root, "exec "+h.Path("bin/standin")+" serve tcp::8400")
		if err := web.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		web.Process.Kill()
		web.Wait()
		time.Sleep(time.Second)
	}
	cmd.Process.Signal(syscall.SIGTERM)
	cmd.Wait()
	last := ""
	for i, line := range lines() {
		words := strings.Fields(line)
		if len(words) < 3 || words[1] == last || words[1] != "+" && words[1] != "-" || !strings.HasPrefix(words[2], "8400/") || strings.ContainsRune(line, '\x1b') {
			t.Fatalf("line %d is %q", i, line)
		}
		last = words[1]
	}
}
