// Package sockettest opens real sockets in exact shapes for tests: with or without SO_REUSEADDR, bound and idle,
// IPV6_V6ONLY or dual-stack, on one network device. Go's net package chooses most of these itself.
package sockettest

import (
	"net"
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/port"
)

// Shape is how a socket is opened.
type Shape struct {
	Protocol port.Protocol // zero: TCP
	Binding  port.Binding
	Port     uint16 // 0: the kernel picks one
	Reuse    bool   // SO_REUSEADDR
	Idle     bool   // TCP: bound, and not listening
}

// Server is how most TCP servers open theirs.
func Server(b port.Binding, n uint16) Shape { return Shape{Binding: b, Port: n, Reuse: true} }

// Socket is one that is open.
type Socket struct {
	FD   int
	Port uint16
}

// Close closes the socket before its test is over.
func (s *Socket) Close() {
	if s.FD >= 0 {
		unix.Close(s.FD)
	}
	s.FD = -1
}

// Hold keeps a socket open until the test is over.
func Hold(t testing.TB, s Shape) *Socket {
	t.Helper()
	opened, err := Try(s)
	if err != nil {
		t.Fatalf("opening a socket like %+v: %v", s, err)
	}
	t.Cleanup(opened.Close)
	return opened
}

// Try opens a socket that the kernel may refuse; the error is its errno.
func Try(s Shape) (*Socket, error) {
	fd, err := s.bound()
	if err != nil {
		return nil, err
	}
	if s.Protocol != port.UDP && !s.Idle {
		if err := unix.Listen(fd, 16); err != nil {
			unix.Close(fd)
			return nil, err
		}
	}
	return &Socket{FD: fd, Port: localPort(fd)}, nil
}

func (s Shape) bound() (fd int, err error) {
	family, kind := unix.AF_INET6, unix.SOCK_STREAM
	if s.Binding.Addr.Is4() {
		family = unix.AF_INET
	}
	if s.Protocol == port.UDP {
		kind = unix.SOCK_DGRAM
	}
	if fd, err = unix.Socket(family, kind|unix.SOCK_CLOEXEC, 0); err != nil {
		return -1, err
	}
	defer func() {
		if err != nil {
			unix.Close(fd)
		}
	}()
	set := func(level, option int, on bool) {
		value := 0
		if on {
			value = 1
		}
		if err == nil {
			err = unix.SetsockoptInt(fd, level, option, value)
		}
	}
	set(unix.SOL_SOCKET, unix.SO_REUSEADDR, s.Reuse)
	if family == unix.AF_INET6 {
		set(unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, s.Binding.V6Only)
	}
	if err == nil && s.Binding.Device != "" {
		err = unix.BindToDevice(fd, s.Binding.Device)
	}
	if err == nil {
		err = unix.Bind(fd, address(s.Binding.Addr, s.Port))
	}
	return fd, err
}

func address(a netip.Addr, n uint16) unix.Sockaddr {
	if a.Is4() {
		return &unix.SockaddrInet4{Port: int(n), Addr: a.As4()}
	}
	return &unix.SockaddrInet6{Port: int(n), Addr: a.As16()}
}

func localPort(fd int) uint16 {
	sa, err := unix.Getsockname(fd)
	if err != nil {
		return 0
	}
	if v4, ok := sa.(*unix.SockaddrInet4); ok {
		return uint16(v4.Port)
	}
	return uint16(sa.(*unix.SockaddrInet6).Port)
}

// NeedIPv6 skips a test on hosts without IPv6.
func NeedIPv6(t testing.TB) {
	t.Helper()
	l, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		t.Skipf("SKIPPED: this test needs IPv6 on the loopback device: %v", err)
	}
	l.Close()
}

// FreePort is a port that nobody had just now, on any address, for TCP and UDP.
func FreePort(t testing.TB) uint16 {
	t.Helper()
	for range 32 {
		tcp := Hold(t, Server(port.AnyDual, 0))
		udp, err := Try(Shape{Protocol: port.UDP, Binding: port.AnyDual, Port: tcp.Port})
		tcp.Close()
		if err == nil {
			udp.Close()
			return tcp.Port
		}
	}
	t.Fatal("no port is free for both TCP and UDP")
	return 0
}
