// Standin plays the programs that a test host needs: a service that answers with a token, a socket that holds a port in
// some peculiar way, a GPUStack server or worker. It is one static binary, so that it is also all that an image contains.
//
// Every role prints "standing" when its situation holds, and then keeps it up until it is told to end.
package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	roles := map[string]func(args []string) error{
		"serve":      serve,      // listen as Go programs do, and answer
		"activated":  activated,  // the same on sockets that systemd has opened
		"gpustack":   gpustack,   // a GPUStack server or worker
		"hold":       hold,       // bind with exact socket options
		"forbid":     forbid,     // nobody in this cgroup may bind
		"guard":      guard,      // a program at a device sees all packets
		"inflight":   inflight,   // a listener that no process has open
		"connection": connection, // a port taken by one end of a connection
		"bequeath":   bequeath,   // a listener that is left to a child
		"names":      names,      // a name server
		"dial":       dial,       // a connection to somebody else's port
		"try":        try,        // bind and let go: can it be had?
	}
	if len(os.Args) < 2 || roles[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: standin ROLE [ARGUMENT…]")
		os.Exit(2)
	}
	if err := roles[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintf(os.Stderr, "standin %s: %v\n", os.Args[1], err)
		os.Exit(1)
	}
}

// stand says that the situation holds, and keeps it until the process is told to end.
//
// On a test host standard input is a pipe from the test. Its end is the sign to leave, so that nothing outlives a test
// that was killed. A container has no such pipe, and ends by signal: as process 1 it must ask for SIGTERM to get it.
func stand() error {
	fmt.Println("standing")
	if err := notify(); err != nil {
		return err
	}
	if os.Getenv("STANDIN_LIFELINE") != "" {
		_, err := io.Copy(io.Discard, os.Stdin)
		return err
	}
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM, syscall.SIGINT)
	<-end
	return nil
}

// notify tells systemd that the situation holds, where it waits for that (sd_notify(3)).
func notify() error {
	socket := os.Getenv("NOTIFY_SOCKET")
	if socket == "" {
		return nil
	}
	conn, err := net.Dial("unixgram", socket)
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = conn.Write([]byte("READY=1"))
	return err
}
