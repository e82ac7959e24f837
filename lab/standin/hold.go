package main

import (
	"flag"
	"fmt"
	"net/netip"
	"os"

	"golang.org/x/sys/unix"
)

// socketOptions are those that decide who else may bind the same port.
type socketOptions struct {
	udp, sctp, mptcp             bool
	reuseAddr, reusePort, v6Only bool
	freeBind, lateReuse          bool
	device                       string
}

func (o *socketOptions) flags(fs *flag.FlagSet) {
	fs.BoolVar(&o.udp, "udp", false, "UDP instead of TCP")
	fs.BoolVar(&o.sctp, "sctp", false, "SCTP instead of TCP")
	fs.BoolVar(&o.mptcp, "mptcp", false, "MPTCP instead of TCP")
	fs.BoolVar(&o.reuseAddr, "reuseaddr", false, "SO_REUSEADDR")
	fs.BoolVar(&o.reusePort, "reuseport", false, "SO_REUSEPORT")
	fs.BoolVar(&o.v6Only, "v6only", false, "IPV6_V6ONLY")
	fs.BoolVar(&o.freeBind, "freebind", false, "IP_FREEBIND")
	fs.BoolVar(&o.lateReuse, "late-reuse", false, "SO_REUSEADDR and SO_REUSEPORT are changed after bind")
	fs.StringVar(&o.device, "device", "", "SO_BINDTODEVICE")
}

// hold takes a port with exactly the socket options that are asked for, which Go's net package does not let one choose.
func hold(args []string) error {
	fs := flag.NewFlagSet("hold", flag.ContinueOnError)
	var o socketOptions
	o.flags(fs)
	listen := fs.Bool("listen", false, "listen, and do not only bind")
	connect := fs.String("connect", "", "connect to this address, for UDP")
	if err := fs.Parse(args); err != nil {
		return err
	}
	fd, err := o.bind(fs.Arg(0))
	if err != nil {
		return err
	}
	if *listen {
		if err := unix.Listen(fd, 16); err != nil {
			return os.NewSyscallError("listen", err)
		}
	}
	if *connect != "" {
		to, err := sockaddr(*connect)
		if err != nil {
			return err
		}
		if err := unix.Connect(fd, to); err != nil {
			return os.NewSyscallError("connect", err)
		}
	}
	return stand()
}

// bind opens a socket with the options and binds it. The address chooses the family as it is written:
// "[::ffff:127.0.0.1]:80" is an IPv6 socket.
func (o socketOptions) bind(addr string) (fd int, err error) {
	to, err := sockaddr(addr)
	if err != nil {
		return -1, err
	}
	family, kind, protocol := unix.AF_INET6, unix.SOCK_STREAM, 0
	if _, is4 := to.(*unix.SockaddrInet4); is4 {
		family = unix.AF_INET
	}
	switch {
	case o.udp:
		kind = unix.SOCK_DGRAM
	case o.sctp:
		protocol = unix.IPPROTO_SCTP
	case o.mptcp:
		protocol = unix.IPPROTO_MPTCP
	}
	if fd, err = unix.Socket(family, kind|unix.SOCK_CLOEXEC, protocol); err != nil {
		return -1, os.NewSyscallError("socket", err)
	}
	options := []struct {
		on          bool
		level, name int
	}{
		{o.reuseAddr, unix.SOL_SOCKET, unix.SO_REUSEADDR},
		{o.reusePort, unix.SOL_SOCKET, unix.SO_REUSEPORT},
		{o.v6Only, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY},
		{o.freeBind, unix.IPPROTO_IP, unix.IP_FREEBIND},
	}
	for _, opt := range options {
		if !opt.on {
			continue
		}
		if err := unix.SetsockoptInt(fd, opt.level, opt.name, 1); err != nil {
			return -1, os.NewSyscallError("setsockopt", err)
		}
	}
	if o.device != "" {
		if err := unix.BindToDevice(fd, o.device); err != nil {
			return -1, fmt.Errorf("binding to device %s: %w", o.device, err)
		}
	}
	if err := unix.Bind(fd, to); err != nil {
		return -1, os.NewSyscallError("bind", err)
	}
	if o.lateReuse {
		for _, name := range []int{unix.SO_REUSEADDR, unix.SO_REUSEPORT} {
			was, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, name)
			if err == nil {
				err = unix.SetsockoptInt(fd, unix.SOL_SOCKET, name, 1-was)
			}
			if err != nil {
				return -1, os.NewSyscallError("setsockopt", err)
			}
		}
	}
	return fd, nil
}

func sockaddr(s string) (unix.Sockaddr, error) {
	ap, err := netip.ParseAddrPort(s)
	if err != nil {
		return nil, err
	}
	if ap.Addr().Is4() {
		return &unix.SockaddrInet4{Port: int(ap.Port()), Addr: ap.Addr().As4()}, nil
	}
	return &unix.SockaddrInet6{Port: int(ap.Port()), Addr: ap.Addr().As16()}, nil
}
