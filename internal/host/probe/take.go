package probe

import (
	"errors"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/port"
)

// Taken is a socket that is kept, bound as its user would bind it. A TCP socket listens, and until [Taken.Serve] hears
// nobody where that can be had (see [Ask]).
type Taken struct {
	FD       int
	Protocol port.Protocol
	Port     uint16
}

// Take opens the sockets of all wants and keeps them. With an error nothing is kept; it wraps the errno.
func Take(wants []port.Requirement) (taken []Taken, err error) {
	defer func() {
		if err != nil {
			Release(taken)
			taken = nil
		}
	}()
	for _, w := range wants {
		for n := int(w.Ports.First); n <= int(w.Ports.Last); n++ {
			for _, b := range w.Bindings() {
				fd, err := open(w, b, uint16(n))
				if errors.Is(err, unix.EAFNOSUPPORT) && b.Addr == netip.IPv6Unspecified() {
					fd, err = open(w, port.AnyV4, uint16(n))
				}
				if err != nil {
					return taken, fmt.Errorf("taking port %d/%s: %w", n, w.Protocol, err)
				}
				taken = append(taken, Taken{fd, w.Protocol, uint16(n)})
			}
		}
	}
	return taken, nil
}

// Release closes the sockets.
func Release(taken []Taken) {
	for _, t := range taken {
		unix.Close(t.FD)
	}
}

// Serve opens the socket's ears: its queue gets the length that servers ask for, and nothing is dropped any more.
func (t Taken) Serve() error {
	if t.Protocol == port.TCP {
		if err := unix.Listen(t.FD, unix.SOMAXCONN); err != nil {
			return fmt.Errorf("listening on port %d/%s: %w", t.Port, t.Protocol, err)
		}
	}
	// ENOENT: no filter was attached, for want of the right.
	err := unix.SetsockoptInt(t.FD, unix.SOL_SOCKET, unix.SO_DETACH_FILTER, 0)
	if err != nil && !errors.Is(err, unix.ENOENT) && !errors.Is(err, unix.EPERM) {
		return fmt.Errorf("opening port %d/%s: %w", t.Port, t.Protocol, err)
	}
	return nil
}

// Asked waits until somebody connects to a TCP socket that serves, and turns him away with a reset, or until a datagram
// comes to a UDP socket, and drops it. It tells who it was; nobody when milliseconds have gone.
func (t Taken) Asked(milliseconds int) (netip.AddrPort, bool) {
	list := []unix.PollFd{{Fd: int32(t.FD), Events: unix.POLLIN}}
	if n, err := unix.Poll(list, milliseconds); err != nil || n == 0 {
		return netip.AddrPort{}, false
	}
	var from unix.Sockaddr
	var err error
	if t.Protocol == port.UDP {
		_, from, err = unix.Recvfrom(t.FD, make([]byte, 1), unix.MSG_DONTWAIT)
	} else {
		var fd int
		if fd, from, err = unix.Accept4(t.FD, unix.SOCK_CLOEXEC); err == nil {
			resetOnClose(fd)
			unix.Close(fd)
		}
	}
	if err != nil {
		return netip.AddrPort{}, false
	}
	switch from := from.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(from.Addr), uint16(from.Port)), true
	case *unix.SockaddrInet6:
		return netip.AddrPortFrom(netip.AddrFrom16(from.Addr).Unmap(), uint16(from.Port)), true
	}
	return netip.AddrPort{}, false
}
