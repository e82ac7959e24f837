package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
)

// bequeath listens, hands the listener on to a child that knows nothing of it, and ends: what servers leave behind that died
// while a script of theirs ran.
func bequeath(args []string) error {
	l, err := net.Listen("tcp4", args[0])
	if err != nil {
		return err
	}
	f, err := l.(*net.TCPListener).File()
	if err != nil {
		return err
	}
	child := exec.Command("/bin/sleep", "infinity")
	child.ExtraFiles = []*os.File{f}
	if err := child.Start(); err != nil {
		return err
	}
	fmt.Println("standing")
	return nil
}
