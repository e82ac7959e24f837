package bench

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/lab"
)

var (
	soakChecks = flag.Int("checks", 100, "how many checks TestChecksLeaveNothingBehind makes")
	soakTime   = flag.Duration("storm", 5*time.Second, "how long TestHoldStandsAStorm lasts")
)

// use is what a program has: goroutines or threads, descriptors, and bytes of memory.
type use struct{ runs, descriptors, memory int }

func (u use) String() string { return fmt.Sprint(u.runs, " ", u.descriptors, " ", u.memory) }

// flat demands that a program has no more at the end of a long time than near its beginning. Go may start a thread at any time;
// memory may come and go by an eighth, or by slack bytes.
func flat(t *testing.T, uses []use, slack int) {
	t.Helper()
	early, late := uses[min(1, len(uses)-1)], uses[len(uses)-1]
	if late.runs > early.runs+4 || late.descriptors > early.descriptors || late.memory > early.memory+max(early.memory/8, slack) {
		t.Errorf("goroutines or threads, descriptors and bytes grow: %v, then %v; all: %v", early, late, uses)
	}
}

// A program that checks again and again, on a host with rules and an engine, keeps nothing: no goroutine, no descriptor, no
// memory.
func TestChecksLeaveNothingBehind(t *testing.T) {
	h := lab.NewHost(t, lab.HostOptions{})
	engine := h.StartEngine(t, lab.EngineOptions{})
	if err := engine.Load(t.Context(), lab.Foreign("nginx:1.27")); err != nil {
		t.Fatal(err)
	}
	engine.Run(t, lab.Container{Name: "web", Image: "nginx:1.27", Publish: []string{"8080:80"}})
	addRules(t, h, 100)
	cmd := h.Command(t.Context(), lab.Root, []string{"BENCH_ROLE=soak"}, self(t), strconv.Itoa(*soakChecks), engine.Endpoint)
	cmd.Stderr = os.Stderr
	var out strings.Builder
	cmd.Stdout = &out
	if err := h.Run(cmd); err != nil {
		t.Fatal(err)
	}
	var uses []use
	for line := range strings.Lines(out.String()) {
		var u use
		if _, err := fmt.Sscan(line, &u.runs, &u.descriptors, &u.memory); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		uses = append(uses, u)
	}
	t.Logf("%d checks; goroutines, descriptors and bytes of the heap after each tenth: %v", *soakChecks, uses)
	flat(t, uses, 1<<20)
}

// soak makes args[0] checks with the engine args[1], and prints what the process has after each tenth.
func soak(args []string) error {
	n, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	for i := range n {
		for want, req := range map[string]safeport.Request{
			"busy": {Publish: []string{"8080:80"}, Engine: args[1]},
			"free": {Publish: []string{"8081:80"}, Engine: args[1]},
		} {
			r, err := safeport.Check(context.Background(), req)
			if err != nil {
				return err
			}
			if got := string(r.Ports[0].Verdict); got != want {
				return fmt.Errorf("check %d: %s is %s, want %s", i, req.Publish, got, want)
			}
		}
		if (i+1)%max(n/10, 1) != 0 {
			continue
		}
		time.Sleep(100 * time.Millisecond) // connections to the engine are closed by goroutines of their own
		debug.FreeOSMemory()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		descriptors, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			return err
		}
		fmt.Println(use{runtime.NumGoroutine(), len(descriptors), int(m.HeapAlloc)})
	}
	return nil
}

// Ports that are held stay held, and at the same cost, while clients of all of them connect as fast as they can.
func TestHoldStandsAStorm(t *testing.T) {
	const first, last = 20000, 20099
	h := lab.NewHost(t, lab.HostOptions{})
	program := h.Build(t, "github.com/safeport/safeport/cmd/safeport")
	hold := h.Command(t.Context(), lab.Root, os.Environ(), program, "hold", fmt.Sprintf("%d-%d", first, last))
	out, err := hold.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Do(hold.Start); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	if _, err := lines.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	var told atomic.Int64
	ended := make(chan error)
	go func() {
		for {
			if _, err := lines.ReadString('\n'); err != nil {
				ended <- err
				return
			}
			told.Add(1)
		}
	}()

	// The address is a literal, so the dialer makes the socket on the thread that is in the peer's namespace.
	ctx, stop := context.WithTimeout(t.Context(), *soakTime)
	defer stop()
	var made int64
	storm := make(chan error)
	go func() {
		storm <- h.Peer.Do(func() error {
			for n := first; ctx.Err() == nil; n++ {
				to := netip.AddrPortFrom(lab.Addr4, uint16(first+n%(last-first+1)))
				conn, err := net.DialTimeout("tcp4", to.String(), 10*time.Second)
				if err == nil {
					_ = conn.(*net.TCPConn).SetLinger(0) // thousands a second would leave no port in TIME_WAIT
					_, _ = conn.Read(make([]byte, 1))
					conn.Close()
				} else if !strings.Contains(err.Error(), unix.ECONNRESET.Error()) {
					return fmt.Errorf("connection %d: %w", made, err)
				}
				made++
			}
			return nil
		})
	}()
	var uses []use
	for range 10 {
		time.Sleep(*soakTime / 10)
		uses = append(uses, processUse(t, hold.Process.Pid))
	}
	if err := <-storm; err != nil {
		t.Error(err)
	}
	uses = append(uses, processUse(t, hold.Process.Pid)) // while a connection is turned away it has a descriptor
	if err := hold.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != io.EOF {
		t.Error(err)
	}
	if err := hold.Wait(); err != nil {
		t.Errorf("hold ends with %v", err)
	}
	t.Logf("%d connections in %v, %d told; threads, descriptors and bytes of memory after each tenth and at the end: %v", made, *soakTime, told.Load(), uses)
	if told.Load() != made {
		t.Errorf("%d connections were made, and %d are told", made, told.Load())
	}
	flat(t, uses, 8<<20)
}

// processUse is what another process has.
func processUse(t *testing.T, pid int) (u use) {
	t.Helper()
	proc := filepath.Join("/proc", strconv.Itoa(pid))
	descriptors, err := os.ReadDir(filepath.Join(proc, "fd"))
	if err != nil {
		t.Fatal(err)
	}
	status, err := os.ReadFile(filepath.Join(proc, "status"))
	if err != nil {
		t.Fatal(err)
	}
	u.descriptors = len(descriptors)
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		switch number, _, _ := strings.Cut(strings.TrimSpace(value), " "); name {
		case "Threads":
			u.runs, err = strconv.Atoi(number)
		case "VmRSS":
			u.memory, err = strconv.Atoi(number)
			u.memory *= 1024
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return u
}
