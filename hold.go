package safeport

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/host/probe"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
)

// Held are ports that are kept: bound, so that nobody else gets them.
type Held struct{ taken []probe.Taken }

// Hold takes ports, spelled as [Request.Ports] are, all of them or none. The error is a [*UsageError] when one is no port,
// and otherwise wraps the kernel's errno; [Check] says more about it.
func Hold(ports []string) (*Held, error) {
	var wants []port.Requirement
	for _, s := range ports {
		w, err := port.Parse(s)
		if err == nil {
			_, err = port.ParseTried(w.Protocol.String())
		}
		if err != nil {
			return nil, &UsageError{err}
		}
		wants = append(wants, w)
	}
	if len(wants) == 0 {
		return nil, &UsageError{message.Errorf("no port specified (8080)")}
	}
	taken, err := probe.Take(wants)
	if err != nil {
		return nil, err
	}
	return &Held{taken}, nil
}

// Close lets go of the ports.
func (h *Held) Close() {
	probe.Release(h.taken)
	h.taken = nil
}

// firstDescriptor is SD_LISTEN_FDS_START: where a program looks for the sockets that it is given.
const firstDescriptor = 3

// Exec becomes the command, which gets the sockets as systemd would give them (sd_listen_fds(3)): from descriptor 3 on in
// the order asked, with LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES in its environment. The names are "8080/tcp". So there
// is no moment at which nobody has the ports. It returns only if the command could not be run.
func (h *Held) Exec(argv, environ []string) error {
	if len(argv) == 0 {
		return &UsageError{message.Errorf("no command to run")}
	}
	program, err := exec.LookPath(argv[0])
	if err != nil {
		return &UsageError{err}
	}
	names := make([]string, len(h.taken))
	for i, t := range h.taken {
		if err := t.Serve(); err != nil {
			return err
		}
		names[i] = fmt.Sprintf("%d/%s", t.Port, t.Protocol)
	}
	environ = append(withoutListen(environ), "LISTEN_PID="+strconv.Itoa(os.Getpid()),
		"LISTEN_FDS="+strconv.Itoa(len(h.taken)), "LISTEN_FDNAMES="+strings.Join(names, ":"))
	// From here to the end nothing else may run on descriptors: the places belong to the runtime.
	runtime.LockOSThread()
	if err := h.place(); err != nil {
		return err
	}
	return message.Errorf("running %s: %w", program, unix.Exec(program, argv, environ))
}

// place puts the sockets where the command expects them. They first go above all places, as one may stand in another's.
func (h *Held) place() error {
	above := firstDescriptor + len(h.taken)
	for i, t := range h.taken {
		fd, err := unix.FcntlInt(uintptr(t.FD), unix.F_DUPFD_CLOEXEC, above)
		if err != nil {
			return message.Errorf("passing port %d: %w", t.Port, err)
		}
		unix.Close(t.FD)
		h.taken[i].FD = fd
	}
	for i, t := range h.taken {
		if err := unix.SetNonblock(t.FD, false); err != nil { // as systemd does, without NonBlocking=
			return message.Errorf("passing port %d: %w", t.Port, err)
		}
		if err := unix.Dup3(t.FD, firstDescriptor+i, 0); err != nil {
			return message.Errorf("passing port %d: %w", t.Port, err)
		}
	}
	return nil
}

func withoutListen(environ []string) (kept []string) {
	for _, kv := range environ {
		if !strings.HasPrefix(kv, "LISTEN_") {
			kept = append(kept, kv)
		}
	}
	return kept
}

// Asked is somebody who asked for a port that is held.
type Asked struct {
	Port     int
	Protocol string // "tcp" or "udp"
	From     netip.AddrPort
}

// Watch tells who asks for the ports, and turns everybody away, until the context ends. tell is not called by two at once.
func (h *Held) Watch(ctx context.Context, tell func(Asked)) error {
	return probe.Watch(ctx, h.taken, func(t probe.Taken, from netip.AddrPort) {
		tell(Asked{int(t.Port), t.Protocol.String(), from})
	})
}
