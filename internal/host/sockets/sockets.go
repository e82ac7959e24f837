// Package sockets reads who has a port from the kernel's socket tables: by sock_diag (netlink), or from /proc/net where
// that is refused. It never judges whether a port is free; the tables do not know the options that decide it.
package sockets

import (
	"errors"
	"net"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// Table reads socket tables. It is opened once for a survey and closed after it.
type Table struct {
	diag   *diag // nil: only /proc/net is to be had
	root   string
	reason error // why diag is nil
}

// Open opens the tables of the caller's network namespace. procRoot is "/proc".
func Open(procRoot string) *Table {
	d, err := openDiag()
	return &Table{diag: d, reason: err, root: procRoot}
}

// Close lets go of the netlink socket.
func (t *Table) Close() {
	if t.diag != nil {
		t.diag.close()
	}
}

// Source is the name that port uses from the table have: sock_diag or proc_net.
func (t *Table) Source() string {
	if t.diag == nil {
		return "proc_net"
	}
	return "sock_diag"
}

// Blind says what the table cannot see, as one clause, or is empty. A fallback to /proc/net does not show sockets that are
// bound and not listening, their devices and their cgroups.
func (t *Table) Blind() (string, error) {
	if t.diag == nil {
		return "sockets that are bound and not listening, their network devices and cgroups", t.reason
	}
	return "", nil
}

// Holders lists what plainly holds the ports: TCP listeners and every UDP socket, of both families. The question costs
// about 20 µs a family, whatever the number of connections.
func (t *Table) Holders(p port.Protocol, ranges []port.Range) ([]facts.PortUse, error) {
	if p == port.UDP {
		return t.read(p, maskUDP, ranges)
	}
	return t.read(p, maskListen, ranges)
}

// Others lists what keeps TCP ports without listening: connections, TIME_WAIT, and on kernels from 6.8 on sockets that are
// bound and idle. The kernel walks every connection for it (25 ms with 100,000), so it is asked only when a port is
// refused and no listener explains it.
func (t *Table) Others(ranges []port.Range) ([]facts.PortUse, error) {
	connections, err := t.read(port.TCP, maskOthers, ranges)
	if err != nil || t.diag == nil {
		return connections, err
	}
	// A kernel before 6.8 does not know the bit and answers nothing.
	bound, err := t.read(port.TCP, maskBound, ranges)
	return append(bound, connections...), err
}

// Idle lists the TCP sockets that are bound and neither listen nor are connected; none before kernel 6.8, nor from /proc/net.
func (t *Table) Idle(ranges []port.Range) ([]facts.PortUse, error) {
	if t.diag == nil {
		return nil, nil
	}
	return t.read(port.TCP, maskBound, ranges)
}

func (t *Table) read(p port.Protocol, states uint32, ranges []port.Range) ([]facts.PortUse, error) {
	if len(ranges) == 0 {
		return nil, nil
	}
	if t.diag == nil {
		return readProcNet(t.root, p, states, ranges)
	}
	v4, err4 := t.diag.dump(unix.AF_INET, p, states, ranges)
	v6, err6 := t.diag.dump(unix.AF_INET6, p, states, ranges)
	if err4 == nil && (errors.Is(err6, unix.ENOENT) || errors.Is(err6, unix.EAFNOSUPPORT)) {
		return v4, nil // the kernel has no IPv6
	}
	if err := errors.Join(err4, err6); err != nil {
		// A seccomp filter, gVisor or a missing tcp_diag module: the socket opens and the question is refused.
		t.diag.close()
		t.diag, t.reason = nil, err
		return readProcNet(t.root, p, states, ranges)
	}
	return append(v4, v6...), nil
}

// deviceName is the name of a network device, or its number when it has gone meanwhile.
func deviceName(index uint32) string {
	if index == 0 {
		return ""
	}
	if device, err := net.InterfaceByIndex(int(index)); err == nil {
		return device.Name
	}
	return strconv.FormatUint(uint64(index), 10)
}
