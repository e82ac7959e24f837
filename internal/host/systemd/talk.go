package systemd

import (
	"errors"
	"net"
)

// maxSaid is how much one systemd may say to all that it is asked. A thousand units are a megabyte.
const maxSaid = 16 << 20

var errTooMuch = errors.New("systemd says more than it was asked")

// talk is a connection to a systemd. It reads no more than it may: a user's own systemd is any program of that user, and root
// asks it.
//
// It also says BEGIN together with the last answer of the authentication, as systemd's own programs do. When BEGIN and the first
// question come to systemd at once, it reads both, answers nothing, and waits for more (seen with 252; the question lies in its
// buffer, and epoll tells it nothing of that). What is sent after its OK can't come together with BEGIN.
type talk struct {
	net.Conn
	left  int
	begun bool
}

const (
	lastAnswer = "DATA\r\n"
	begin      = "BEGIN\r\n"
)

func (t *talk) Read(p []byte) (int, error) {
	if t.left <= 0 {
		return 0, errTooMuch
	}
	n, err := t.Conn.Read(p[:min(len(p), t.left)])
	t.left -= n
	return n, err
}

func (t *talk) Write(p []byte) (int, error) {
	switch line := string(p); {
	case line == lastAnswer && !t.begun:
		t.begun = true
		n, err := t.Conn.Write([]byte(lastAnswer + begin))
		return min(n, len(p)), err
	case line == begin && t.begun:
		return len(p), nil
	}
	return t.Conn.Write(p)
}
