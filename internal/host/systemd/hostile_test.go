package systemd

import (
	"bufio"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// A user's own systemd is whatever listens on a socket in a directory of that user, and root asks it.
func TestASystemdThatIsNoneIsBounded(t *testing.T) {
	endless := func(w io.Writer, begin string) {
		if _, err := io.WriteString(w, begin); err != nil {
			return
		}
		for block := make([]byte, 1<<16); ; {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	}
	tests := map[string]func(net.Conn, *bufio.Reader){
		"an endless line": func(c net.Conn, _ *bufio.Reader) { endless(c, "REJECTED ") },
		"a byte now and then": func(c net.Conn, _ *bufio.Reader) {
			for {
				if _, err := c.Write([]byte{'R'}); err != nil {
					return
				}
				time.Sleep(20 * time.Millisecond)
			}
		},
		"nothing": func(_ net.Conn, r *bufio.Reader) { _, _ = io.Copy(io.Discard, r) },
		"the end": func(net.Conn, *bufio.Reader) {},
		"a message as long as may be": func(c net.Conn, r *bufio.Reader) {
			for _, line := range []string{"REJECTED EXTERNAL\r\n", "OK 0123456789abcdef\r\n"} {
				_, _ = r.ReadString('\n')
				_, _ = io.WriteString(c, line)
			}
			// A signal in little endian of the first version, with a body of 127 MB.
			endless(c, "l\x04\x00\x01\x00\x00\xf0\x07\x01\x00\x00\x00\x00\x00\x00\x00")
		},
		"garbage after the greeting": func(c net.Conn, r *bufio.Reader) {
			for _, line := range []string{"REJECTED EXTERNAL\r\n", "OK 0123456789abcdef\r\n"} {
				_, _ = r.ReadString('\n')
				_, _ = io.WriteString(c, line)
			}
			endless(c, "HTTP/1.1 200 OK\r\n\r\n")
		},
	}
	for name, serve := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root, err := os.MkdirTemp("/tmp", "bus") // a socket's path has room for 108 bytes
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.RemoveAll(root) })
			m := User(root, "home/alice", "run/user/1000")
			if err := os.MkdirAll(filepath.Dir(m.path(m.private)), 0o755); err != nil {
				t.Fatal(err)
			}
			l, err := net.Listen("unix", m.path(m.private))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { l.Close() })
			var sent atomic.Int64
			gone := make(chan bool, 1)
			go func() {
				defer func() { gone <- true }()
				c, err := l.Accept()
				if err != nil {
					return
				}
				defer c.Close()
				serve(&counted{c, &sent}, bufio.NewReader(c))
			}()
			// That nothing is found is right, whether it comes as an error or not: the unit has no file either.
			if c, err := m.Control(t.Context(), "web.service", 1); c != nil && err == nil && (len(c.Enabled) > 0 || len(c.Triggers) > 0) {
				t.Errorf("believed: %+v", c)
			}
			<-gone
			if said := sent.Load(); said > maxSaid+1<<20 { // a socket of the kernel holds some of it
				t.Errorf("%d bytes were read", said)
			}
		})
	}
}

// systemd 252 leaves a question unanswered that comes together with BEGIN: it must have BEGIN before it says OK.
func TestBeginComesBeforeTheFirstQuestion(t *testing.T) {
	root := tree(t, map[string]string{"run/systemd/system/.keep": ""})
	m := System(root)
	l, err := net.Listen("unix", m.path(systemPrivate))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	said := make(chan string, 1)
	go func() {
		defer close(said)
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		r := bufio.NewReader(c)
		for _, answer := range []string{"REJECTED EXTERNAL\r\n", "DATA\r\n"} {
			_, _ = r.ReadString('\n')
			_, _ = io.WriteString(c, answer)
		}
		data, _ := r.ReadString('\n')
		begin, _ := r.ReadString('\n') // for ever, if it waits for OK
		_, _ = io.WriteString(c, "OK 0123456789abcdef\r\n")
		first, _ := r.ReadByte()
		said <- data + begin + string(first)
	}()
	m.patience = time.Minute
	if sockets, err := m.Sockets(t.Context()); len(sockets) > 0 || err != nil {
		t.Errorf("sockets %v, error %v", sockets, err)
	}
	if got, want := <-said, lastAnswer+begin+"l"; got != want { // a message in little endian
		t.Errorf("said %q, want %q", got, want)
	}
}

// The files of a unit may have been changed since a systemd read them: what they say must not pass for what it said.
func TestASystemdThatDoesNotAnswerIsTold(t *testing.T) {
	root := tree(t, map[string]string{"etc/systemd/system/web.socket": "[Socket]\nListenStream=8080\n"})
	m := System(root)
	m.patience = 50 * time.Millisecond
	if err := os.MkdirAll(filepath.Dir(m.path(systemPrivate)), 0o755); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", m.path(systemPrivate))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	for range 2 { // the second does not wait
		sockets, err := m.Sockets(t.Context())
		if len(sockets) != 1 || err == nil || !strings.Contains(err.Error(), "systemd has not answered within 50ms") {
			t.Errorf("sockets %v, error %v", sockets, err)
		}
		l.Close()
	}
}

type counted struct {
	net.Conn
	sent *atomic.Int64
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.sent.Add(int64(n))
	return n, err
}
