package ancestry

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/regular"
)

// session is a login as systemd-logind has it.
func (r *Reader) session(id string) facts.Link {
	l := facts.Link{Kind: facts.LinkLogin, Name: "session " + id, ID: id}
	text, err := regular.Read(filepath.Join(r.root, "run/systemd/sessions", id), 16<<10)
	if err != nil {
		return l
	}
	said := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			said[key] = value
		}
	}
	l.User, l.TTY = said["USER"], said["TTY"]
	l.Name = serviceNames[said["SERVICE"]]
	if l.Name == "" {
		l.Name = said["SERVICE"]
	}
	l.From = address(said["REMOTE_HOST"])
	if at, err := strconv.ParseInt(said["REALTIME"], 10, 64); err == nil {
		l.Started = time.UnixMicro(at).Truncate(time.Second)
	}
	return l
}

// serviceNames are what people call what PAM calls otherwise.
var serviceNames = map[string]string{"sshd": "ssh", "login": "console", "crond": "cron", "cron": "cron", "atd": "at"}

// address is a host as it was written down: a name may be what a stranger's DNS says, and is left out.
func address(host string) string {
	a, err := netip.ParseAddr(host)
	if err != nil {
		return ""
	}
	return a.Unmap().String()
}

// sshTitle is what sshd calls the process that looks after one login: "sshd: alice@pts/3", "sshd: alice [priv]".
var sshTitle = compiled(`^sshd(?:-session)?: ([^ @\[]+)(?:@(\S+)| \[priv\])`)

// login adds a login over SSH or at the console, where systemd-logind has not told of it.
func (c *chain) login(p, child *process) bool {
	switch {
	case child == nil:
		return false
	case p.name == "login" && p.uid == 0:
		return c.loggedIn(p, child, facts.Link{Name: "console", TTY: child.tty, User: c.reader.user(child.uid)})
	case p.name != "sshd" && p.name != "sshd-session":
		return false
	}
	m := sshTitle().FindStringSubmatch(strings.Join(p.argv, " "))
	if m == nil || p.uid != 0 && c.reader.user(p.uid) != m[1] {
		// The listener, which is root's own, or that of somebody who has an sshd of his own.
		c.add(facts.Link{Kind: facts.LinkProcess, Name: p.name, PID: p.pid, User: c.reader.user(p.uid), Started: p.started})
		return true
	}
	l := facts.Link{Name: "ssh", User: m[1]}
	if m[2] != "" && m[2] != "notty" {
		l.TTY = m[2]
	}
	return c.loggedIn(p, child, l)
}

// loggedIn adds a login, or to the one that is there already what is not known of it.
func (c *chain) loggedIn(p, child *process, l facts.Link) bool {
	l.Kind, l.PID, l.Started = facts.LinkLogin, p.pid, p.started
	have := c.last(facts.LinkLogin)
	if have == nil || have.PID != 0 && have.PID != p.parent {
		c.add(l)
		have = c.last(facts.LinkLogin)
	}
	have.PID = p.pid
	if have.TTY == "" {
		have.TTY = l.TTY
	}
	if have.User == "" {
		have.User = l.User
	}
	if have.From == "" && l.Name == "ssh" {
		have.From = c.reader.cameFrom(have.TTY, p, child)
	}
	return true
}

// cameFrom is the address of the other end of a login: as sshd wrote it down in utmp, or as it told its child.
func (r *Reader) cameFrom(tty string, p, child *process) string {
	for _, l := range r.utmp() {
		if tty != "" && l.line == tty || l.pid == p.pid || l.pid == p.parent {
			return address(l.host)
		}
	}
	if child.name == "sshd" || child.name == "sshd-session" {
		return "" // its child is told
	}
	client, _, _ := strings.Cut(child.environment("SSH_CONNECTION"), " ")
	return address(client)
}

// login is one of utmp.
type login struct {
	pid        int
	line, host string
}

// utmp are the logins that are written down in utmp(5).
func (r *Reader) utmp() []login {
	if r.asked.utmp {
		return r.logins
	}
	r.asked.utmp = true
	text, err := regular.Read(filepath.Join(r.root, "run/utmp"), 1<<20)
	if err != nil {
		return nil
	}
	size := 384
	if runtime.GOARCH == "arm64" {
		size = 400 // ut_session and ut_tv have 64 bits there
	}
	const userProcess = 7
	for ; len(text) >= size; text = text[size:] {
		if int16(binary.NativeEndian.Uint16(text)) == userProcess {
			r.logins = append(r.logins, login{int(int32(binary.NativeEndian.Uint32(text[4:]))), cString(text[8:40]), cString(text[76:332])})
		}
	}
	return r.logins
}

func cString(b []byte) string {
	b, _, _ = bytes.Cut(b, []byte{0})
	return string(b)
}
