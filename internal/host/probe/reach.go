package probe

import (
	"net/netip"
	"time"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/port"
)

const (
	// reachable is how many ports of a want are asked: a rule for a range mostly takes its first.
	reachable = 4

	// answerWithin is how long a connection of the host to itself may take. It takes 30 µs; more means that a firewall
	// drops its packets, and then this way tells nothing.
	answerWithin = 2 * time.Millisecond
	// acceptWithin is how long the own socket may take to show a connection that was answered: the last packet of the
	// handshake may still wait for a busy processor.
	acceptWithin = 50 * time.Millisecond
)

// elsewhere connects to a held socket as other programs of this host would, and returns the addresses at which somebody
// else answers: rules for the host's own connections and programs of sk_lookup do that, and no socket table shows it.
//
// Nothing is sent to whoever answers; that the connection came in here is seen by its far end. It is ended by a reset from
// this side, which leaves no TIME_WAIT. What cannot be told, as behind a firewall that drops or refuses, is not reported.
func elsewhere(listener int, b port.Binding, n uint16) (answered []netip.AddrPort) {
	for _, a := range selves(b) {
		at := netip.AddrPortFrom(a, n)
		// Two looks, as a wrong "yes" would block an installation.
		looks := 0
		for looks < 2 && answersElsewhere(listener, at) {
			looks++
		}
		if looks == 2 {
			answered = append(answered, at)
		}
	}
	return answered
}

// selves are the addresses by which the host reaches a socket of its own.
func selves(b port.Binding) []netip.Addr {
	v4, v6 := netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()
	switch {
	case !b.Addr.IsUnspecified():
		if b.Addr.Is4In6() || b.Addr.Zone() != "" {
			return nil
		}
		return []netip.Addr{b.Addr}
	case b.Addr.Is4():
		return []netip.Addr{v4}
	case b.V6Only:
		return []netip.Addr{v6}
	}
	return []netip.Addr{v4, v6}
}

func answersElsewhere(listener int, at netip.AddrPort) bool {
	client, err := newClient(at.Addr())
	if err != nil {
		return false
	}
	defer func() {
		if client >= 0 {
			unix.Close(client)
		}
	}()
	name, err := unix.Getsockname(client)
	if err != nil {
		return false
	}
	// The socket hears this one client instead of nobody. Without the right to filter it hears everybody already.
	hear(listener, portOf(name))
	defer dropAll(listener)
	// With a backlog of 0 kernels before 5.9 take the first connection for a flood, and say so in their log.
	if err := unix.Listen(listener, 1); err != nil {
		return false
	}
	if err := unix.Connect(client, sockaddr(at.Addr(), at.Port())); err != nil && err != unix.EINPROGRESS {
		return false
	}
	if !ready(client, unix.POLLOUT, answerWithin) {
		return false
	}
	if failure, err := unix.GetsockoptInt(client, unix.SOL_SOCKET, unix.SO_ERROR); err != nil || failure != 0 {
		return false
	}
	if !ready(listener, unix.POLLIN, acceptWithin) {
		return !halfOpen(at, netip.AddrPortFrom(at.Addr(), portOf(name)))
	}
	accepted, _, err := unix.Accept4(listener, unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK)
	if err != nil {
		return false
	}
	resetOnClose(accepted)
	defer unix.Close(accepted) // after the client
	unix.Close(client)
	client = -1
	return false
}

// newClient makes a socket that has a source port already, so that it can be told from others.
func newClient(a netip.Addr) (int, error) {
	family := unix.AF_INET6
	if a.Is4() {
		family = unix.AF_INET
	}
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return -1, err
	}
	resetOnClose(fd)
	if err := unix.Bind(fd, sockaddr(a, 0)); err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

func resetOnClose(fd int) {
	unix.SetsockoptLinger(fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1})
}

func portOf(sa unix.Sockaddr) uint16 {
	switch sa := sa.(type) {
	case *unix.SockaddrInet4:
		return uint16(sa.Port)
	case *unix.SockaddrInet6:
		return uint16(sa.Port)
	}
	return 0
}

func ready(fd int, events int16, within time.Duration) bool {
	list := []unix.PollFd{{Fd: int32(fd), Events: events}}
	n, err := unix.Poll(list, int(within.Milliseconds()))
	return err == nil && n == 1
}

// hear lets packets in that come from one port of this host itself: by the loopback device, always the first one. The
// filter sees a packet from its TCP header on.
func hear(fd int, source uint16) {
	const device = 0xfffff000 + 8 // SKF_AD_OFF + SKF_AD_IFINDEX
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_H | unix.BPF_ABS, K: 0},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: 3, K: uint32(source)},
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: device},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: 1, K: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: 0xffffffff},
		{Code: unix.BPF_RET | unix.BPF_K, K: 0},
	}
	unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]})
}
