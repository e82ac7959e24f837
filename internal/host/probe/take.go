package probe

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

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

// look is how long, in milliseconds, Watch waits before it looks at its context again, and before it accepts again when the
// system has no descriptor or memory left.
const look = 100

// Watch tells who connects to a TCP socket, and turns him away with a reset, and from where a datagram comes to a UDP socket,
// and drops it, until the context ends. One thread waits for all sockets: a range may have thousands of ports.
func Watch(ctx context.Context, taken []Taken, tell func(Taken, netip.AddrPort)) error {
	queue, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return fmt.Errorf("waiting for connections: %w", err)
	}
	defer unix.Close(queue)
	for i, t := range taken {
		if err := t.Serve(); err != nil {
			return err
		}
		if err := unix.EpollCtl(queue, unix.EPOLL_CTL_ADD, t.FD, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(i)}); err != nil {
			return fmt.Errorf("waiting for connections to port %d/%s: %w", t.Port, t.Protocol, err)
		}
	}
	events := make([]unix.EpollEvent, 256)
	for ctx.Err() == nil {
		n, err := unix.EpollWait(queue, events, look)
		if err != nil && !errors.Is(err, unix.EINTR) {
			return fmt.Errorf("waiting for connections: %w", err)
		}
		for _, e := range events[:max(n, 0)] {
			t := taken[e.Fd]
			from, err := t.turnAway()
			switch {
			case errors.Is(err, unix.EMFILE), errors.Is(err, unix.ENFILE), errors.Is(err, unix.ENOBUFS), errors.Is(err, unix.ENOMEM):
				time.Sleep(look * time.Millisecond) // whoever knocks goes on knocking
			case err == nil && from.IsValid():
				tell(t, from)
			}
		}
	}
	return nil
}

// turnAway resets the connection or drops the datagram that has come, and returns where it came from.
func (t Taken) turnAway() (from netip.AddrPort, err error) {
	var sender unix.Sockaddr
	if t.Protocol == port.UDP {
		_, sender, err = unix.Recvfrom(t.FD, make([]byte, 1), unix.MSG_DONTWAIT)
	} else {
		var fd int
		if fd, sender, err = unix.Accept4(t.FD, unix.SOCK_CLOEXEC); err == nil {
			resetOnClose(fd)
			unix.Close(fd)
		}
	}
	if err != nil {
		return netip.AddrPort{}, err
	}
	switch sender := sender.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(sender.Addr), uint16(sender.Port)), nil
	case *unix.SockaddrInet6:
		return netip.AddrPortFrom(netip.AddrFrom16(sender.Addr).Unmap(), uint16(sender.Port)), nil
	}
	return netip.AddrPort{}, nil
}
