package cli_test

import (
	"fmt"
	"net"
	"os"
	"strconv"
)

// heir is a program that is given sockets as by systemd, and says what it got.
func heir() {
	n, _ := strconv.Atoi(os.Getenv("LISTEN_FDS"))
	fmt.Printf("%d sockets named %s, of this process: %v\n", n, os.Getenv("LISTEN_FDNAMES"), os.Getenv("LISTEN_PID") == strconv.Itoa(os.Getpid()))
	for fd := 3; fd < 3+n; fd++ {
		file := os.NewFile(uintptr(fd), "socket")
		if l, err := net.FileListener(file); err == nil {
			fmt.Printf("tcp listening on %s, answers: %v\n", l.Addr(), answers(l))
			continue
		}
		conn, err := net.FilePacketConn(file)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Printf("udp bound to %s\n", conn.LocalAddr())
	}
	fmt.Printf("arguments %q\n", os.Args[1:])
}

// answers says whether a connection to the listener gets through; the port would be silent if its filter were still there.
func answers(l net.Listener) bool {
	knockAt(fmt.Sprintf("127.0.0.1:%d", l.Addr().(*net.TCPAddr).Port))
	conn, err := l.Accept()
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// knock connects to an address and goes away.
func knock() { knockAt(os.Args[1]) }

func knockAt(address string) {
	if conn, err := net.Dial("tcp", address); err == nil {
		conn.(*net.TCPConn).SetLinger(0) // a reset, as a TIME_WAIT would be in the way of the next test
		conn.Close()
	}
}
