package service

import (
	"encoding/hex"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// inNamespace runs a function in a network namespace of its own, with its loopback up. The thread is not given back, so
// that it ends with the namespace.
func inNamespace(t *testing.T, run func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		if os.Getenv("CI") != "" {
			t.Fatal("needs root for a network namespace, and CI must have it")
		}
		t.Skip("needs root for a network namespace: the table of ports is not proven")
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			t.Errorf("making a network namespace: %v", err)
			return
		}
		if err := loopbackUp(); err != nil {
			t.Errorf("setting the loopback up: %v", err)
			return
		}
		run()
	}()
	<-done
}

func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	lo.SetUint16(unix.IFF_UP)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo)
}

// listening are the TCP sockets that listen in the thread's network namespace, as the kernel lists them.
func listening(t *testing.T) []netip.AddrPort {
	t.Helper()
	var list []netip.AddrPort
	for _, table := range []string{"tcp", "tcp6"} {
		data, err := os.ReadFile("/proc/thread-self/net/" + table)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			words := strings.Fields(line)
			if len(words) < 4 || words[3] != "0A" { // TCP_LISTEN
				continue
			}
			list = append(list, parseSocket(t, words[1]))
		}
	}
	return list
}

// parseSocket reads "0100007F:0050": the address in words of the machine's byte order, the port in hexadecimal.
func parseSocket(t *testing.T, text string) netip.AddrPort {
	t.Helper()
	address, port, _ := strings.Cut(text, ":")
	data, err := hex.DecodeString(address)
	if err != nil {
		t.Fatal(err)
	}
	for word := range slices.Chunk(data, 4) {
		slices.Reverse(word)
	}
	addr, _ := netip.AddrFromSlice(data)
	n, err := strconv.ParseUint(port, 16, 16)
	if err != nil {
		t.Fatal(err)
	}
	return netip.AddrPortFrom(addr, uint16(n))
}
