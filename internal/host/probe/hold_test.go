package probe

import (
	"net"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/sockettest"
)

func TestWhatWasHadIsHeld(t *testing.T) {
	n := sockettest.FreePort(t)
	var held sockets
	defer held.close()
	compare(t, inUse(n), held.ask(bind(n), false))
	compare(t, inUse(n, port.AnyDual), held.ask(bind(n), false))
}

func TestWantsThatCollideAreNotBlamedOnSomebodyElse(t *testing.T) {
	n := sockettest.FreePort(t)
	for _, answer := range Ask([]port.Requirement{bind(n), publish(n), on(bind(n), "127.0.0.1")}) {
		compare(t, inUse(n), answer)
	}
}

func TestNothingStaysOpen(t *testing.T) {
	n := sockettest.FreePort(t)
	before := descriptors(t)
	Ask([]port.Requirement{publish(n), overUDP(publish(n)), publish(n), on(bind(n), "203.0.113.7")})
	if after := descriptors(t); !slices.Equal(before, after) {
		t.Errorf("descriptors %v before, %v after", before, after)
	}
	// A server that does not know SO_REUSEADDR gets the port at once: nothing was accepted, and nothing is in TIME_WAIT.
	for _, protocol := range []port.Protocol{port.TCP, port.UDP} {
		sockettest.Hold(t, sockettest.Shape{Protocol: protocol, Binding: port.AnyDual, Port: n})
	}
}

func descriptors(t *testing.T) []string {
	t.Helper()
	dir, err := os.Open("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	return names
}

func TestARangeWiderThanTheDescriptorLimitIsJudgedAllTheSame(t *testing.T) {
	const width = 300
	first := freeBlock(t, width)
	busy := sockettest.Hold(t, sockettest.Server(port.AnyV4, first+width-1))
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	low := limit
	low.Cur = uint64(len(descriptors(t)) + 16)
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &low); err != nil {
		t.Fatal(err)
	}
	w := publish(first)
	w.Ports.Last = first + width - 1
	got := Ask([]port.Requirement{w})
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	compare(t, inUse(busy.Port, port.AnyV4), got[0])
}

// freeBlock finds consecutive ports that nobody has, below the range of outgoing connections.
func freeBlock(t *testing.T, length int) uint16 {
	t.Helper()
	for first := 20000; first+length < 32768; first += length {
		free := true
		for n := first; free && n < first+length; n++ {
			free = Free(port.TCP, uint16(n))
		}
		if free {
			return uint16(first)
		}
	}
	t.Fatalf("no %d free ports in a row", length)
	return 0
}

func TestNoConnectionIsAcceptedWhileAPortIsHeld(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: this test needs root, as kernels may keep packet filters on TCP sockets to CAP_NET_ADMIN")
	}
	n := sockettest.FreePort(t)
	var held sockets
	t.Cleanup(held.close)
	if p := held.ask(on(bind(n), "127.0.0.1"), true); len(p.Refusals) > 0 {
		t.Fatalf("holding the port: %v", p.Refusals)
	}
	conn, err := net.DialTimeout("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(int(n))), 300*time.Millisecond)
	if err == nil {
		conn.Close()
		t.Error("a stranger's connection was accepted")
	} else if e, ok := err.(net.Error); !ok || !e.Timeout() {
		t.Errorf("connecting: %v, want no answer at all", err)
	}
}

func BenchmarkAsk(b *testing.B) {
	wants := []port.Requirement{publish(sockettest.FreePort(b))}
	for b.Loop() {
		Ask(wants)
	}
}

func TestATCPPortIsSharedAmongOneUsersSockets(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: this test needs root, to make sockets another user's")
	}
	first := bind(sockettest.FreePort(t))
	first.Shared, first.UID = true, 1234
	var held sockets
	defer held.close()
	if p := held.ask(first, true); len(p.Refusals) > 0 {
		t.Fatalf("taking the port: %v", p.Refusals)
	}
	if err := unix.Listen(held[0], 1); err != nil { // before that SO_REUSEADDR is enough for anybody
		t.Fatal(err)
	}
	for _, tt := range []struct {
		uid    int
		shares bool
	}{{1234, true}, {-1, false}, {1<<32 - 2, false}} {
		again := first
		again.UID = tt.uid
		if p := Ask([]port.Requirement{again})[0]; (len(p.Refusals) == 0) != tt.shares {
			t.Errorf("user %d: %v", tt.uid, p.Refusals)
		}
	}
	first.Shared = false
	if p := Ask([]port.Requirement{first})[0]; len(p.Refusals) == 0 {
		t.Error("a program that does not share got the port")
	}
}
