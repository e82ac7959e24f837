package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/safeport/safeport"
)

// stand says that the role is played, and keeps it up until the test lets go of standard input.
func stand() error {
	fmt.Println("standing")
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// connections opens args[0] connections from this process to itself over args[1], an address of 127.0.0.0/8: the source
// ports of one address alone would run out.
func connections(args []string) error {
	n, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp4", args[1]+":7")
	if err != nil {
		return err
	}
	var kept []net.Conn
	for range n {
		c, err := net.Dial("tcp4", l.Addr().String())
		if err != nil {
			return err
		}
		s, err := l.Accept()
		if err != nil {
			return err
		}
		kept = append(kept, c, s)
	}
	defer func() { kept = nil }()
	return stand()
}

func listen(args []string) error {
	// Where a cgroup is given it has to be entered before the socket is made: the kernel remembers where that was.
	if len(args) > 1 {
		if err := os.WriteFile(args[1]+"/cgroup.procs", []byte(strconv.Itoa(os.Getpid())), 0); err != nil {
			return err
		}
	}
	l, err := net.Listen("tcp", ":"+args[0])
	if err != nil {
		return err
	}
	defer l.Close()
	return stand()
}

// judge asks the library about args[0] until args[1] answers were timed, and prints the median in nanoseconds. args[2] is
// the verdict that each must have.
func judge(args []string) error {
	rounds, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	times := make([]time.Duration, rounds)
	for i := range times {
		start := time.Now()
		r, err := safeport.Check(context.Background(), safeport.Request{Ports: args[:1], Engine: safeport.NoEngine})
		if err != nil {
			return err
		}
		times[i] = time.Since(start)
		if got := string(r.Ports[0].Verdict); got != args[2] {
			return fmt.Errorf("port %s is %s, want %s", args[0], got, args[2])
		}
	}
	slices.Sort(times)
	fmt.Println(times[rounds/2].Nanoseconds())
	return nil
}

// crowd starts n programs, each with 34 open files and 6 sockets of its own, of which 3 listen, and returns what ends them.
func crowd(n int) (end func(), err error) {
	var started []*os.Process
	end = func() {
		for _, p := range started {
			p.Kill()
		}
		for _, p := range started {
			p.Wait()
		}
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		return end, err
	}
	defer null.Close()
	for range n {
		p, err := member(null)
		if err != nil {
			end()
			return nil, errors.Join(fmt.Errorf("starting program %d of the crowd", len(started)), err)
		}
		started = append(started, p)
	}
	return end, nil
}

func member(null *os.File) (*os.Process, error) {
	files := slices.Repeat([]*os.File{null}, 34)
	for i := range 6 {
		kind := []int{syscall.SOCK_STREAM, syscall.SOCK_DGRAM}[i%2]
		// A raw socket call in place of the net package: the descriptor is only handed on.
		fd, err := syscall.Socket(syscall.AF_INET, kind|syscall.SOCK_CLOEXEC, 0)
		if err != nil {
			return nil, err
		}
		f := os.NewFile(uintptr(fd), "socket")
		defer f.Close()
		if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
			return nil, err
		}
		if kind == syscall.SOCK_STREAM {
			if err := syscall.Listen(fd, 16); err != nil {
				return nil, err
			}
		}
		files = append(files, f)
	}
	return os.StartProcess("/bin/sleep", []string{"sleep", "600"}, &os.ProcAttr{Dir: "/", Files: files})
}
