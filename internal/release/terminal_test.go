package release_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/lab"
)

// dialogue is a run of safeport at a terminal.
type dialogue struct {
	*testing.T
	cmd      *exec.Cmd
	terminal *os.File // the person's side
	tty      *os.File // safeport's, which the test looks at when safeport is gone
	before   unix.Termios

	mu   sync.Mutex
	text bytes.Buffer
}

func (b *bench) talk(env []string, words ...string) *dialogue {
	b.Helper()
	terminal, tty, err := pty.Open()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { terminal.Close(); tty.Close() })
	if err := pty.Setsize(tty, &pty.Winsize{Rows: 40, Cols: 100}); err != nil {
		b.Fatal(err)
	}
	d := &dialogue{T: b.T, terminal: terminal, tty: tty}
	d.before = d.settings()
	d.cmd = b.command(words...)
	d.cmd.Env = append(append(d.cmd.Env, "TERM=xterm-256color", "LANG=C.UTF-8"), env...)
	d.cmd.Stdin, d.cmd.Stdout, d.cmd.Stderr = tty, tty, tty
	d.cmd.SysProcAttr.Setpgid = false // a session is a group of its own
	d.cmd.SysProcAttr.Setsid, d.cmd.SysProcAttr.Setctty = true, true
	if err := b.Do(d.cmd.Start); err != nil {
		b.Fatal(err)
	}
	go d.listen()
	return d
}

func (d *dialogue) listen() {
	buf := make([]byte, 4096)
	for {
		n, err := d.terminal.Read(buf)
		d.mu.Lock()
		d.text.Write(buf[:n])
		d.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (d *dialogue) said() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.String()
}

// answer waits for a text, after whatever was typed before, and types. The text may be several, one after the other: the
// question before is drawn once more when it is answered.
func (d *dialogue) answer(text, keys string) {
	d.Helper()
	for deadline := time.Now().Add(5 * time.Minute); !inOrder(d.said(), strings.Split(text, "…")); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			d.Fatalf("no %q in %q", text, d.said())
		}
	}
	// The keys are for the question that was drawn, and it reads them one by one.
	for range 200 {
		time.Sleep(50 * time.Millisecond)
		if d.settings().Lflag&unix.ICANON == 0 {
			break
		}
	}
	d.mu.Lock()
	d.text.Reset()
	d.mu.Unlock()
	if _, err := d.terminal.WriteString(keys); err != nil {
		d.Fatal(err)
	}
}

func inOrder(text string, parts []string) bool {
	for _, part := range parts {
		_, after, found := strings.Cut(text, part)
		if !found {
			return false
		}
		text = after
	}
	return true
}

// ends waits for the end, and demands the exit status and a terminal that is as it was.
func (d *dialogue) ends(status int) string {
	d.Helper()
	late := time.AfterFunc(5*time.Minute, func() { _ = d.cmd.Process.Kill() })
	defer late.Stop()
	err := d.cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		d.Fatal(err)
	}
	if got := d.cmd.ProcessState.ExitCode(); got != status {
		d.Errorf("exit status %d, want %d: %q", got, status, d.said())
	}
	if after := d.settings(); after != d.before {
		d.Errorf("the terminal was left as %+v, and was %+v", after, d.before)
	}
	// What was said has been read when what is written after it has.
	const end = "\x1e"
	if _, err := d.tty.WriteString(end); err != nil {
		d.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); !strings.Contains(d.said(), end); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			d.Fatalf("the terminal gave back %q and no end", d.said())
		}
	}
	return strings.TrimSuffix(d.said(), end)
}

func (d *dialogue) settings() unix.Termios {
	d.Helper()
	t, err := unix.IoctlGetTermios(int(d.tty.Fd()), unix.TCGETS)
	if err != nil {
		d.Fatal(err)
	}
	return *t
}

const (
	enter = "\r"
	down  = "\x1b[B"
	up    = "\x1b[A"
	ctrlC = "\x03"
	erase = "\x15" // Ctrl-U
)

func TestConflictIsAskedAboutAtATerminal(t *testing.T) {
	b := newBench(t)
	b.Standin(t, lab.Process{Name: "nginx", Args: []string{"serve", "tcp::80"}})

	// Ctrl-C, and whoever does not want to, leave nothing behind.
	d := b.talk(nil, "install", "gpustack", "--version", "v2.2.1")
	d.answer("cancel", ctrlC)
	if text := d.ends(130); !strings.Contains(text, "Nothing has been changed") {
		t.Errorf("Ctrl-C ended with %q", text)
	}
	d = b.talk([]string{"LANG=zh_CN.UTF-8"}, "install", "gpustack", "--version", "v2.2.1")
	d.answer("取消", down+down+down+enter)
	d.ends(1)
	b.wantContainers(nil)
	b.wantVolumes()
	if logs, err := os.ReadDir(b.state + "/logs"); err == nil && len(logs) > 0 {
		t.Errorf("logs were left: %v", logs)
	}

	// --yes is no port, and is not asked for one.
	d = b.talk(nil, "install", "gpustack", "--version", "v2.2.1", "--yes")
	if text := d.ends(1); strings.Contains(text, "cancel") {
		t.Errorf("--yes was asked: %q", text)
	}

	d = b.talk(nil, "install", "gpustack", "--version", "v2.2.1")
	d.answer("cancel", down+down+enter) // who has it?
	d.answer("nginx…cancel", enter)
	d.ends(0)
	b.serves("8080", "v2.2.1")

	// Who only presses Enter does not move a port that others use already.
	d = b.talk(nil, "upgrade", "gpustack", "--port", "80")
	d.answer("cancel", enter)
	d.ends(1)
	b.serves("8080", "v2.2.1")
	d = b.talk(nil, "upgrade", "gpustack", "--port", "80")
	d.answer("cancel", up+up+enter)
	d.answer("Which port?", erase+"8090"+enter)
	text := d.ends(0)
	b.serves("8090", "v2.2.1")
	if !strings.Contains(text, "Started; ready after") || !strings.Contains(text, "(down ") {
		t.Errorf("it is not said how long it took, and was away: %q", text)
	}
}

// A terminal that cannot move its cursor is asked in lines.
func TestDumbTerminalIsAskedInLines(t *testing.T) {
	b := newBench(t)
	b.Standin(t, lab.Process{Name: "nginx", Args: []string{"serve", "tcp::80"}})
	d := b.talk([]string{"TERM=dumb"}, "install", "gpustack", "--version", "v2.2.1")
	d.answer("cancel", "4"+enter)
	if text := d.ends(1); strings.Contains(text, "\x1b") {
		t.Errorf("escape sequences in %q", text)
	}
	b.wantContainers(nil)
}
