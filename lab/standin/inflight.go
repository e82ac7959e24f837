package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// inflight listens, sends the listening socket over a Unix socket (SCM_RIGHTS) and closes its own descriptor. As long as
// nobody receives the message the socket listens, and is in no process' list of open files.
func inflight(args []string) error {
	fd, err := socketOptions{reuseAddr: true}.bind(args[0])
	if err != nil {
		return err
	}
	if err := unix.Listen(fd, 16); err != nil {
		return os.NewSyscallError("listen", err)
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return os.NewSyscallError("socketpair", err)
	}
	if err := unix.Sendmsg(pair[0], []byte{0}, unix.UnixRights(fd), nil, 0); err != nil {
		return os.NewSyscallError("sendmsg", err)
	}
	unix.Close(fd)
	return stand()
}
