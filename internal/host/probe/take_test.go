package probe

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"syscall"
	"testing"

	"github.com/safeport/safeport/internal/port"
)

// A range of a thousand ports takes a few threads to watch: one for each port would end the program at ten thousand.
func TestAWideRangeIsWatchedByFewThreads(t *testing.T) {
	const width = 1000
	first := freeBlock(t, width)
	w := on(bind(first), "127.0.0.1")
	w.Ports.Last = first + width - 1
	taken, err := Take([]port.Requirement{w})
	if err != nil {
		t.Fatal(err)
	}
	defer Release(taken)

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	asked, ended := make(chan uint16), make(chan error)
	go func() {
		ended <- Watch(ctx, taken, func(t Taken, from netip.AddrPort) {
			if from.Addr().IsLoopback() {
				asked <- t.Port
			}
		})
	}()
	before := threads(t)
	for i := range uint16(width) {
		conn, err := net.DialTCP("tcp4", nil, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(first + i)})
		if err == nil { // the reset may be there before the connection is
			_, err = conn.Read(make([]byte, 1))
			conn.Close()
		}
		if !errors.Is(err, syscall.ECONNRESET) {
			t.Fatalf("port %d: %v, not a reset", first+i, err)
		}
		if got := <-asked; got != first+i {
			t.Fatalf("port %d was asked for, and %d is told", first+i, got)
		}
	}
	if after := threads(t); after > before+20 {
		t.Errorf("%d threads before, %d after", before, after)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func threads(t *testing.T) int {
	t.Helper()
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Fatal(err)
	}
	return len(tasks)
}
