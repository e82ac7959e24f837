// Package probe asks the kernel whether ports can be had, by opening the sockets that the real binder would open, with its
// options, and letting go of them at once. It is the only judge of "free"; it cannot say who is in the way.
//
// What it copies (moby portallocator/osallocator_linux.go): one socket per address family, SO_REUSEADDR for TCP and not
// for UDP, IPV6_V6ONLY, bind and then listen. Binding alone is not enough: with SO_REUSEADDR on both sides it is listen
// that fails. A filter that drops every packet is attached before the bind where that is allowed, so that no stranger's
// connection is accepted by a socket that serves nothing.
package probe

import (
	"errors"
	"net"
	"net/netip"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// Ask opens the sockets of all wants, holds them together until the last has been tried, and closes them. Answers are in
// the order of the wants. It takes about 20 µs a socket, whatever the number of connections on the host, and for the first
// few ports of a TCP want as much as 0.2 ms more: there it also asks who answers when the host connects to itself.
func Ask(wants []port.Requirement) []facts.Probe { return ask(wants, true) }

func ask(wants []port.Requirement, reach bool) []facts.Probe {
	var held sockets
	defer held.close()
	results := make([]facts.Probe, len(wants))
	for i, w := range wants {
		// Two wants that are in each other's way are the request's fault, and not somebody else's.
		if slices.ContainsFunc(wants[:i], w.Overlaps) {
			held.close()
		}
		results[i] = held.ask(w, reach)
	}
	return results
}

// Free says whether n can be had by every kind of binder: on both families apart, and on both at once. A refusal is asked
// again twice, within milliseconds: it may be the work of another probe, and the same host is to give the same ports.
func Free(p port.Protocol, n uint16) bool {
	for _, pause := range []time.Duration{0, time.Millisecond, 3 * time.Millisecond} {
		if time.Sleep(pause); free(p, n) {
			return true
		}
	}
	return false
}

func free(p port.Protocol, n uint16) bool {
	for _, mode := range []port.Mode{port.Publish, port.Bind} {
		r := ask([]port.Requirement{{Protocol: p, Ports: port.Single(n), Mode: mode}}, false)[0]
		for _, refusal := range r.Refusals {
			// A privileged port is not taken because this user may not have it.
			if refusal.Errno != unix.EACCES {
				return false
			}
		}
	}
	return true
}

// sockets are open descriptors.
type sockets []int

func (s *sockets) close() {
	for _, fd := range *s {
		unix.Close(fd)
	}
	*s = (*s)[:0]
}

func (s *sockets) ask(w port.Requirement, reach bool) facts.Probe {
	var r facts.Probe
	if w.Ports.Len() == 0 || w.Unbound != 0 || !w.Protocol.Tried() {
		return r
	}
	for n := int(w.Ports.First); n <= int(w.Ports.Last); n++ {
		for _, b := range w.Bindings() {
			errno := s.open(w, b, uint16(n))
			if errno == unix.EAFNOSUPPORT && b.Addr == netip.IPv6Unspecified() {
				r.NoIPv6 = true
				if b.V6Only {
					continue
				}
				// A dual-stack listener falls back to IPv4, as Go's net package does.
				b = port.AnyV4
				errno = s.open(w, b, uint16(n))
			}
			if errno != 0 {
				r.Refusals = append(r.Refusals, facts.Refusal{Binding: b, Port: uint16(n), Errno: errno})
			} else if reach && w.Protocol == port.TCP && !w.Shared && n < int(w.Ports.First)+reachable {
				r.Answered = append(r.Answered, elsewhere((*s)[len(*s)-1], b, uint16(n))...)
			}
		}
	}
	return r
}

// open opens one socket and keeps it. When descriptors run out it lets go of those held and tries again: a range wider
// than RLIMIT_NOFILE is then judged port by port instead of all at once.
func (s *sockets) open(w port.Requirement, b port.Binding, n uint16) unix.Errno {
	fd, err := open(w, b, n)
	if errors.Is(err, unix.EMFILE) && len(*s) > 0 {
		s.close()
		fd, err = open(w, b, n)
	}
	if err == nil {
		*s = append(*s, fd)
		return 0
	}
	var errno unix.Errno
	if !errors.As(err, &errno) {
		return unix.EINVAL
	}
	if zone := b.Addr.Zone(); errno == unix.EINVAL && zone != "" {
		if _, err := net.InterfaceByName(zone); err != nil {
			return unix.EADDRNOTAVAIL // there is no such device
		}
	}
	return errno
}

func open(w port.Requirement, b port.Binding, n uint16) (int, error) {
	family, kind := unix.AF_INET6, unix.SOCK_STREAM
	if b.Addr.Is4() {
		family = unix.AF_INET
	}
	if w.Protocol == port.UDP {
		kind = unix.SOCK_DGRAM
	}
	fd, err := unix.Socket(family, kind|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return -1, err
	}
	if err := take(fd, w, b, n); err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// take sets the binder's options, binds and listens.
func take(fd int, w port.Requirement, b port.Binding, n uint16) error {
	// Newer kernels (seen in 6.18.44) keep a filter on a TCP socket to CAP_NET_ADMIN. Without that right the port is asked
	// for all the same: it listens for some microseconds, and whoever connects just then is reset, as by a closed port.
	if err := dropAll(fd); err != nil && !errors.Is(err, unix.EPERM) {
		return err
	}
	if w.Protocol == port.TCP || w.Shared {
		if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
			return err
		}
	}
	if w.Shared {
		if err := share(fd, w.UID); err != nil {
			return err
		}
	}
	if b.Addr.Is6() {
		v6only := 0
		if b.V6Only && !b.Addr.Is4In6() {
			v6only = 1
		}
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, v6only); err != nil {
			return err
		}
	}
	// One that listened would be given some of the connections that are meant for those who have the port already.
	if err := unix.Bind(fd, sockaddr(b.Addr, n)); err != nil || w.Protocol == port.UDP || w.Shared {
		return err
	}
	return unix.Listen(fd, 0)
}

// share makes a socket one that others may share its port with, and a user's: the kernel compares the owners of sockets
// (inet_csk_bind_conflict), which chown sets. A negative uid is whoever asks.
func share(fd, uid int) error {
	if uid >= 0 && uid != unix.Geteuid() {
		if err := unix.Fchown(fd, uid, -1); err != nil {
			return unix.EOPNOTSUPP // not EPERM, by which a kernel denies the port: who asks may not ask for another
		}
	}
	return unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
}

func sockaddr(a netip.Addr, n uint16) unix.Sockaddr {
	if a.Is4() {
		return &unix.SockaddrInet4{Port: int(n), Addr: a.As4()}
	}
	sa := &unix.SockaddrInet6{Port: int(n), Addr: a.As16()}
	if a.Zone() != "" {
		if device, err := net.InterfaceByName(a.Zone()); err == nil {
			sa.ZoneId = uint32(device.Index)
		}
	}
	return sa
}

// dropAll makes the socket deaf: a classic BPF program of one instruction, "return 0 bytes of the packet".
func dropAll(fd int) error {
	drop := unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: 0}
	return unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: 1, Filter: &drop})
}
