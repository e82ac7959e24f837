package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// peer is the process at the other end of the engine's Unix socket.
type peer struct {
	endpoint Endpoint

	mu    sync.Mutex
	known bool
	pid   int
	uid   uint32
	gid   uint32
	err   error // of the last connection that could not be made

	read    sync.Once // of options
	options dockerd
}

// dial connects and looks at who is there (SO_PEERCRED): the user that the engine runs as tells a rootless one, and the
// process has the options that it was started with.
func (p *peer) dial(ctx context.Context, path string) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", path)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		p.err = err
		return nil, err
	}
	if raw, err := conn.(*net.UnixConn).SyscallConn(); err == nil && !p.known {
		raw.Control(func(fd uintptr) {
			if creds, err := unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED); err == nil {
				p.known, p.pid, p.uid, p.gid = true, int(creds.Pid), creds.Uid, creds.Gid
			}
		})
	}
	// A user may put a link to any socket of the host in the place of his engine's.
	if p.endpoint.Others && !(p.known && p.uid == p.endpoint.UID) {
		conn.Close()
		p.err = fmt.Errorf("it is not an engine of user %d's", p.endpoint.UID)
		return nil, p.err
	}
	return conn, nil
}

// daemon are the options of the process, were it Docker's, read once. Another user's process names what files it likes: none
// is read.
func (p *peer) daemon() dockerd {
	if !p.known || p.endpoint.Others {
		return dockerd{UserlandProxy: true}
	}
	p.read.Do(func() { p.options = readDockerd("/proc", p.pid) })
	return p.options
}

// explain gives back the error of the connection itself, which the client library wraps into a text.
func (p *peer) explain(err error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return p.err
	}
	return err
}

// asleep says whether systemd listens on the engine's socket while the engine does not run: a connection would start it.
// An active socket unit has a cgroup of its own without a process; so has a service that runs, with one. An engine that
// was not started by its unit has no such socket unit. cgroups is "/sys/fs/cgroup".
func asleep(cgroups, path string) bool {
	name := strings.TrimSuffix(filepath.Base(path), ".sock")
	slice := "system.slice/"
	if user, ok := strings.CutPrefix(path, "/run/user/"); ok {
		uid, _, _ := strings.Cut(user, "/")
		slice = fmt.Sprintf("user.slice/user-%s.slice/user@%s.service/app.slice/", uid, uid)
	}
	for _, mount := range []string{"/", "/unified/", "/systemd/"} {
		units := cgroups + mount + slice + name
		if _, err := os.Stat(units + ".socket"); err != nil {
			continue
		}
		b, err := os.ReadFile(units + ".service/cgroup.procs")
		return errors.Is(err, fs.ErrNotExist) || err == nil && len(b) == 0
	}
	return false
}
