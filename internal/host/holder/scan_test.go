package holder

import (
	"os"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/safeport/safeport/internal/facts"
)

func TestASearchFindsWhoHasTheSockets(t *testing.T) {
	proc := procTree(t,
		process{pid: 1, name: "systemd", sockets: map[int]uint32{40: 1001, 41: 1002}},
		process{pid: 200, name: "early", sockets: map[int]uint32{3: 1001}},
		process{pid: 300, name: "late", sockets: map[int]uint32{57: 1003, 58: 10011}},
		process{pid: 400, name: "other", sockets: map[int]uint32{4: 1004}},
		process{pid: 500, name: "systemd", sockets: map[int]uint32{4: 1005}},
	)
	tests := []struct {
		name   string
		inodes []uint32
		want   map[uint32]int
		kept   map[uint32]int // by a systemd
	}{
		{"among the first descriptors", []uint32{1001}, map[uint32]int{1001: 200}, nil},
		{"among later ones", []uint32{1003}, map[uint32]int{1003: 300}, nil},
		{"several at once", []uint32{1001, 1003, 1004}, map[uint32]int{1001: 200, 1003: 300, 1004: 400}, nil},
		{"with systemd alone", []uint32{1002}, map[uint32]int{}, map[uint32]int{1002: 1}},
		{"with a user's systemd", []uint32{1005}, map[uint32]int{}, map[uint32]int{1005: 500}},
		{"with nobody", []uint32{100}, map[uint32]int{}, nil},
		{"the same one twice", []uint32{1001, 1001}, map[uint32]int{1001: 200}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for name, uids := range map[string]map[uint32]bool{"their user's": {uint32(os.Getuid()): true}, "another user's": {4294967294: true}} {
				s := newSearch(proc, tt.inodes)
				s.everywhere(uids)
				if diff := cmp.Diff(tt.want, s.found); diff != "" {
					t.Errorf("%s first: -want +got:\n%s", name, diff)
				}
				if diff := cmp.Diff(tt.kept, s.systemds, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("%s first, kept by a systemd: -want +got:\n%s", name, diff)
				}
			}
		})
	}
}

func TestTopmostClimbsToTheParentThatHasTheSocketToo(t *testing.T) {
	shared := map[int]uint32{6: 1001}
	proc := procTree(t,
		process{pid: 1, name: "systemd", sockets: shared},
		process{pid: 200, parent: 1, name: "nginx", sockets: shared},
		process{pid: 201, parent: 200, name: "nginx", sockets: shared},
		process{pid: 202, parent: 201, name: "nginx", sockets: shared},
		process{pid: 300, parent: 200, name: "sh"},
		process{pid: 301, parent: 300, name: "heir", sockets: shared},
	)
	tests := []struct {
		name               string
		from, top, systemd int
	}{
		{"from a worker to the master, and not to systemd", 202, 200, 1},
		{"the master stays", 200, 200, 1},
		{"not past a parent without the socket", 301, 301, 0},
		{"a process that is gone", 999, 999, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, systemd := Open(proc).topmost(tt.from, 1001, false); got != tt.top || systemd != tt.systemd {
				t.Errorf("got %d and systemd %d, want %d and %d", got, systemd, tt.top, tt.systemd)
			}
		})
	}
}

func TestFillTellsWhatItsProcessesSay(t *testing.T) {
	proc := procTree(t,
		process{pid: 200, parent: 1, name: "nginx", argv: []string{"nginx", "--token", "x"}, cgroup: "/system.slice/nginx.service", sockets: map[int]uint32{6: 1001}},
		process{pid: 300, parent: 1, name: "conmon", argv: []string{"conmon"}, cgroup: "/machine.slice/libpod-conmon-" + id + ".scope", sockets: map[int]uint32{6: 1002}},
	)
	claims := []facts.PortUse{
		{Socket: &facts.Socket{Inode: 1001}}, {Socket: &facts.Socket{Inode: 1002}}, {Socket: &facts.Socket{Inode: 1003}},
		{Socket: &facts.Socket{}}, {State: facts.Published},
	}
	f := newFinder(proc, "")
	f.Fill(claims)
	if p := claims[0].Process; p == nil || p.PID != 200 || p.Name != "nginx" || p.Command != "nginx --token ***" || p.User != "4294967294" {
		t.Errorf("the listener is described as %+v", p)
	}
	if claims[0].Unit != "nginx.service" || claims[1].Owner.ID != id {
		t.Errorf("unit %q and container %q", claims[0].Unit, claims[1].Owner.ID)
	}
	for _, c := range claims[2:] {
		if c.Process != nil || c.Unit != "" || c.Owner.ID != "" {
			t.Errorf("a socket of nobody is described as %+v", c)
		}
	}
}

func TestTheQueueHandsOutEveryProcessOnce(t *testing.T) {
	const n = 20000
	q := queue{pids: make([]int, n)}
	for i := range q.pids {
		q.pids[i] = i
	}
	var mu sync.Mutex
	handed := make([]int, n)
	var readers sync.WaitGroup
	for _, take := range []func() (int, bool){q.first, q.last, q.first, q.last} {
		readers.Go(func() {
			for pid, ok := take(); ok; pid, ok = take() {
				mu.Lock()
				handed[pid]++
				mu.Unlock()
			}
		})
	}
	readers.Wait()
	for pid, times := range handed {
		if times != 1 {
			t.Fatalf("process %d was handed out %d times", pid, times)
		}
	}
}
