package main

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"net/netip"
	"os"

	"golang.org/x/sys/unix"
)

// connection makes a connection within the host, one end of which has the given address and port, and leaves that end
// behind without any listener: open, or in TIME_WAIT when it is the one that closed first.
func connection(args []string) error {
	fs := flag.NewFlagSet("connection", flag.ContinueOnError)
	var o socketOptions
	o.flags(fs)
	server := fs.Bool("server", false, "the end is the accepting one, instead of the connecting one")
	finish := fs.Bool("close", false, "the end closes first: TIME_WAIT is left")
	state := fs.String("state", "", "what is left: established, fin-wait, close-wait, time-wait, syn-sent")
	if err := fs.Parse(args); err != nil {
		return err
	}
	addr, err := netip.ParseAddrPort(fs.Arg(0))
	if err != nil {
		return err
	}
	this := endpoint{o, addr}
	far := endpoint{addr: netip.AddrPortFrom(addr.Addr(), 0)}

	if *state == "syn-sent" {
		return sent(this)
	}
	*finish = *finish || *state == "time-wait"

	var left, other int
	if *server {
		other, left, err = connect(far, this)
	} else {
		left, other, err = connect(this, far)
	}
	if err != nil {
		return err
	}
	switch *state {
	case "fin-wait":
		if err := unix.Close(left); err != nil {
			return err
		}
	case "close-wait":
		if err := errors.Join(unix.Close(other), awaitEnd(left)); err != nil {
			return err
		}
	}
	if *finish {
		if err := errors.Join(unix.Close(left), awaitEnd(other), unix.Close(other)); err != nil {
			return err
		}
	}
	return stand()
}

// endpoint is one end of a connection to be made.
type endpoint struct {
	socketOptions
	addr netip.AddrPort // port 0: any
}

// connect makes a connection and closes the listener that accepted it.
func connect(client, server endpoint) (clientEnd, serverEnd int, err error) {
	l, err := server.bind(server.addr.String())
	if err != nil {
		return -1, -1, err
	}
	defer unix.Close(l)
	if err := unix.Listen(l, 1); err != nil {
		return -1, -1, os.NewSyscallError("listen", err)
	}
	name, err := unix.Getsockname(l)
	if err != nil {
		return -1, -1, os.NewSyscallError("getsockname", err)
	}
	if clientEnd, err = client.bind(client.addr.String()); err != nil {
		return -1, -1, err
	}
	if err := unix.Connect(clientEnd, name); err != nil {
		return -1, -1, os.NewSyscallError("connect", err)
	}
	serverEnd, _, err = unix.Accept4(l, unix.SOCK_CLOEXEC)
	return clientEnd, serverEnd, os.NewSyscallError("accept", err)
}

// awaitEnd reads until the far end has closed: only then does closing this end leave the other one in TIME_WAIT.
func awaitEnd(fd int) error {
	n, err := unix.Read(fd, make([]byte, 1))
	if n > 0 || err != nil {
		return fmt.Errorf("waiting for the far end to close: read %d bytes, %v", n, err)
	}
	return nil
}

// dial keeps a connection to a listener elsewhere.
func dial(args []string) error {
	conn, err := net.Dial("tcp", args[0])
	if err != nil {
		return err
	}
	defer conn.Close()
	return stand()
}

// sent is a connection to a host that does not answer.
func sent(from endpoint) error {
	fd, err := from.bind(from.addr.String())
	if err != nil {
		return err
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		return err
	}
	to := "192.0.2.99:9"
	switch {
	case from.addr.Addr().Is6():
		return errors.New("IPv4 alone")
	case from.addr.Addr().IsLoopback():
		to = "127.0.0.1:9"
	}
	name, err := sockaddr(to)
	if err != nil {
		return err
	}
	if err := unix.Connect(fd, name); !errors.Is(err, unix.EINPROGRESS) {
		return fmt.Errorf("connecting: %v", err)
	}
	return stand()
}
