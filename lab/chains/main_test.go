package chains

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

var table = flag.Bool("table", false, "print what safeport, witr, lsof, ss and fuser say of each")

// wanted skips what is a target of its own: it installs two dozen packages.
func wanted(t *testing.T) {
	t.Helper()
	if os.Getenv("SAFEPORT_CHAINS") == "" {
		t.Skip("NOT TESTED: \"make chains\" runs it")
	}
}

// situation is one way in which a program is started that has a port.
type situation struct {
	name  string
	given func(*stage) // starts it; the program is called web, or what holder says
	// holder is the name of what has the port; empty: web.
	holder string
	// chain are the links that have to be told, in this order, as "kind name" or "kind name (service)"; others may be between.
	chain []string
	// stop is a part of the command that stops it. "Ctrl-C" in a text is enough where nothing but a person can.
	stop string
	// typed says that the command asks for the name of the process, and ends it.
	typed bool
	// kept says that it is not to be stopped.
	kept bool
}

// stage is a host on which a situation is set up.
type stage struct {
	*testing.T
	host    *lab.Host
	machine *lab.Systemd // nil: the host was not booted
	port    int
	addr    string // on which the port is asked; empty: 127.0.0.1
	env     []string
	engine  string // what --engine is given
}

// Path is a file in the host's own directory.
func (g *stage) Path(elem ...string) string { return g.host.Path(elem...) }

// expand puts the port and the programs into a text.
func (g *stage) expand(text string) string {
	return strings.NewReplacer("{P}", fmt.Sprint(g.port), "{web}", g.Path("bin/web")+" serve tcp::"+fmt.Sprint(g.port), "{bin}", g.Path("bin"), "{dir}", g.Path("work")).Replace(text)
}

// write makes a file of the booted host, or of the test where there is none.
func (g *stage) write(path, text string, mode os.FileMode) {
	g.Helper()
	path = g.expand(path)
	if g.machine != nil && !strings.HasPrefix(path, g.Path()) {
		path = g.machine.Root(path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		g.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(g.expand(text)), mode); err != nil {
		g.Fatal(err)
	}
	os.Chmod(path, mode)
	g.Cleanup(func() { os.Remove(path) })
}

// sh runs a line on the host.
func (g *stage) sh(line string) string { g.Helper(); return g.as(lab.Root, line) }

func (g *stage) as(u lab.User, line string) string {
	g.Helper()
	out, err := g.try(u, line)
	if err != nil {
		g.Fatalf("%s: %v: %s", line, err, out)
	}
	return out
}

func (g *stage) try(u lab.User, line string) (string, error) {
	out, err := g.command(u, line).CombinedOutput()
	return string(out), err
}

// command is a line, as it is pasted on the host.
func (g *stage) command(u lab.User, line string) *exec.Cmd {
	line = g.expand(line)
	env := append([]string{"LANG=C.UTF-8", "LC_ALL=C.UTF-8"}, g.env...)
	if u.UID != 0 {
		env = append(env, "HOME=/home/somebody", "USER=somebody", "TERM=xterm")
	} else {
		env = append(env, "HOME=/root", "TERM=xterm")
	}
	if g.machine != nil {
		return g.machine.Paste(context.Background(), u, env, line) // it may be run when the test is over, to clean up
	}
	cmd, err := g.host.Paste(context.Background(), u, env, line)
	if err != nil {
		g.Fatal(err)
	}
	// Not [lab.Namespace.Run], as some are started and go on.
	nsenter, err := exec.LookPath("nsenter")
	if err != nil {
		g.Fatal(err)
	}
	cmd.Path, cmd.Args = nsenter, append([]string{nsenter, "--net=/run/netns/" + g.host.Name}, cmd.Args...)
	return cmd
}

// background starts a line that goes on until the situation is over.
func (g *stage) background(u lab.User, line string) {
	g.Helper()
	cmd := g.command(u, line)
	if err := cmd.Start(); err != nil {
		g.Fatal(err)
	}
	g.Cleanup(func() { cmd.Cancel(); cmd.Wait() })
}

// terminal is a program on a terminal of its own.
type terminal struct {
	*os.File
	mu   sync.Mutex
	said strings.Builder
	over chan error    // the program's end
	read chan struct{} // all has been read that it wrote
}

// text is what the program has written.
func (t *terminal) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.said.String()
}

// listen reads what the program writes: what nobody reads would be waited for.
func (t *terminal) listen() {
	defer close(t.read)
	buf := make([]byte, 4096)
	for {
		n, err := t.Read(buf)
		if err != nil {
			return
		}
		t.mu.Lock()
		t.said.Write(buf[:n])
		t.mu.Unlock()
	}
}

// terminal starts a program on a terminal.
func (g *stage) terminal(cmd *exec.Cmd) *terminal {
	g.Helper()
	cmd.SysProcAttr = nil
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 100})
	if err != nil {
		g.Fatal(err)
	}
	t := &terminal{File: tty, over: make(chan error, 1), read: make(chan struct{})}
	go t.listen()
	go func() { t.over <- cmd.Wait() }()
	g.Cleanup(func() {
		cmd.Process.Kill()
		tty.Close()
	})
	return t
}

// awaitRaw waits until the program reads key by key: what is typed before is lost to it.
func (t *terminal) awaitRaw(g *stage) {
	g.Helper()
	for range 200 {
		time.Sleep(50 * time.Millisecond)
		if s, err := unix.IoctlGetTermios(int(t.Fd()), unix.TCGETS); err == nil && s.Lflag&unix.ICANON == 0 {
			return
		}
	}
	g.Fatalf("nobody reads from the terminal:\n%q", t.text())
}

// answers says whether somebody answers on the port.
func (g *stage) answers() bool {
	return g.host.Do(func() error {
		conn, err := net.DialTimeout("tcp4", fmt.Sprintf("%s:%d", cmp.Or(g.addr, "127.0.0.1"), g.port), time.Second)
		if err == nil {
			conn.Close()
		}
		return err
	}) == nil
}

// await waits until somebody has the port, or nobody.
func (g *stage) await(held bool) bool {
	for end := time.Now().Add(12 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if g.answers() == held {
			return true
		}
	}
	return false
}

// who asks safeport.
func (g *stage) who() *report.WhoReport {
	g.Helper()
	cmd := g.command(lab.Root, g.Path("bin/safeport")+" who {P}/tcp -o json --engine "+g.engine)
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	var r report.WhoReport
	if jsonErr := json.Unmarshal(out, &r); err != nil || jsonErr != nil {
		g.Fatalf("safeport who: %v: %s %s", err, out, errs.String())
	}
	return &r
}

// told are the links of a chain as situations write them.
func told(h report.Holder) (list []string) {
	for _, l := range h.Chain {
		word := l.Kind + " " + l.Name
		if l.Service != "" {
			word += " (" + l.Service + ")"
		}
		if l.Kind == "login" {
			word = strings.TrimSpace("login " + l.Name + " " + l.User + " " + l.From)
		}
		list = append(list, word)
	}
	return list
}

// inOrder says whether all wanted words are in a list, in their order.
func inOrder(list, want []string) bool {
	for _, w := range list {
		if len(want) > 0 && w == want[0] {
			want = want[1:]
		}
	}
	return len(want) == 0
}

// bring puts programs of this machine on a host's path, where they are installed: those that safeport is compared with.
func bring(h *lab.Host, names ...string) {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			if text, err := os.ReadFile(path); err == nil {
				os.WriteFile(h.Path("bin", name), text, 0o755)
			}
		}
	}
}
