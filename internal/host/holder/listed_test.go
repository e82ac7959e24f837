package holder

import (
	"net"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/bpf"
	"github.com/safeport/safeport/internal/port"
)

// TestTheKernelsListSaysWhatProcSays has a thousand sockets, of which the kernel lists the holders, and asks about one more
// that is found by reading /proc.
func TestTheKernelsListSaysWhatProcSays(t *testing.T) {
	if _, err := bpf.Sockets(); err != nil {
		t.Skipf("SKIPPED: this kernel does not list sockets to this user: %v", err)
	}
	var many []facts.PortUse
	for range manySockets {
		many = append(many, socketUse(t))
	}
	few := []facts.PortUse{many[0]}
	Open("/proc").Fill(many)
	Open("/proc").Fill(few)
	for _, c := range append(few, many...) {
		if c.Process == nil || c.Process.PID != os.Getpid() {
			t.Fatalf("socket %d is of %+v, want %d", c.Socket.Inode, c.Process, os.Getpid())
		}
	}
}

func socketUse(t *testing.T) facts.PortUse {
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	raw, err := c.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var st unix.Stat_t
	raw.Control(func(fd uintptr) { err = unix.Fstat(int(fd), &st) })
	if err != nil {
		t.Fatal(err)
	}
	return facts.PortUse{Protocol: port.UDP, Socket: &facts.Socket{Inode: uint32(st.Ino), UID: uint32(os.Getuid())}}
}

func TestTheFirstProcessIsTheLastAnswer(t *testing.T) {
	proc := procTree(t, process{pid: 1, name: "init"}, process{pid: 200, name: "web"}, process{pid: 300, name: "systemd"})
	s := newSearch(proc, []uint32{1001, 1002, 1003, 1004})
	s.among(map[uint32][]int{1001: {1, 200}, 1002: {1}, 1003: {200, 300}, 1005: {200}})
	if diff := cmp.Diff(map[uint32]int{1001: 200, 1002: 1, 1003: 200}, s.found); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if s.systemds[1003] != 300 {
		t.Errorf("the systemd that has a socket is %d", s.systemds[1003])
	}
}
