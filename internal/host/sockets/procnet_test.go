package sockets

import (
	"cmp"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/sockettest"
)

// Lines as kernels 6.1 and 6.18 write them, on a machine that stores the lowest byte first.
const (
	tcpTable = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 12345 1 0000000000000000 100 0 0 10 0
   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12346 1 0000000000000000 100 0 0 10 0
   2: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 12347 1 0000000000000000 20 4 30 10 -1
   3: 0100007F:D431 0100007F:0050 06 00000000:00000000 03:00001752 00000000     0        0 0 3 0000000000000000
`
	tcp6Table = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 22345 1 0000000000000000 100 0 0 10 0
   1: 0000000000000000FFFF00000100007F:1F91 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000    33        0 22346 1 0000000000000000 100 0 0 10 0
   2: B80D0120000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000    33        0 22347 1 0000000000000000 100 0 0 10 0
`
)

func procTree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "net"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(root, "net", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestReadProcNet(t *testing.T) {
	listening := func(addr string, n uint16, uid, inode uint32) facts.PortUse {
		a := netip.MustParseAddr(addr)
		return facts.PortUse{
			Protocol: port.TCP, Binding: port.Binding{Addr: a}, Ports: port.Single(n), State: facts.Listening, Source: "proc_net",
			Remote: netip.AddrPortFrom(wildcard(a), 0), Socket: &facts.Socket{UID: uid, Inode: inode},
		}
	}
	tests := []struct {
		name   string
		files  map[string]string
		states uint32
		ranges []port.Range
		want   []facts.PortUse
	}{
		{"listeners of both families", map[string]string{"tcp": tcpTable, "tcp6": tcp6Table}, maskListen,
			[]port.Range{{First: 8080, Last: 8081}}, []facts.PortUse{
				listening("127.0.0.1", 8080, 1000, 12345), listening("::", 8080, 0, 22345),
				listening("::ffff:127.0.0.1", 8081, 33, 22346), listening("2001:db8::1", 8080, 33, 22347),
			}},
		{"one port", map[string]string{"tcp": tcpTable, "tcp6": tcp6Table}, maskListen, single(80),
			[]facts.PortUse{listening("0.0.0.0", 80, 0, 12346)}},
		{"a kernel without IPv6", map[string]string{"tcp": tcpTable}, maskListen, single(8080),
			[]facts.PortUse{listening("127.0.0.1", 8080, 1000, 12345)}},
		{"what does not listen", map[string]string{"tcp": tcpTable}, maskOthers, single(0xd431), []facts.PortUse{{
			Protocol: port.TCP, Binding: at("127.0.0.1"), Ports: port.Single(0xd431), State: facts.TimeWait, Source: "proc_net",
			Remote: netip.MustParseAddrPort("127.0.0.1:80"), Socket: &facts.Socket{},
		}}},
		{"an empty table", map[string]string{"tcp": "  sl  local_address\n"}, maskListen, single(80), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readProcNet(procTree(t, tt.files), port.TCP, tt.states, tt.ranges)
			if err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(tt.want, got, cmpopts.EquateComparable(netip.Addr{}, netip.AddrPort{})); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestReadProcNetSaysWhatItCannotRead(t *testing.T) {
	line := strings.Split(tcpTable, "\n")[1]
	tests := []struct{ name, line, word string }{
		{"short line", "0: 0100007F:1F90", "too short"},
		{"address of odd length", strings.Replace(line, "0100007F", "0100007", 1), "0100007:1F90"},
		{"address without port", strings.Replace(line, "0100007F:1F90", "0100007F", 1), "port"},
		{"state", strings.Replace(line, " 0A ", " XX ", 1), "state"},
		{"uid", strings.Replace(line, " 1000 ", " root ", 1), "uid"},
		{"inode", strings.Replace(line, " 12345 ", " x ", 1), "inode"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := procTree(t, map[string]string{"tcp": "heading\n" + tt.line + "\n"})
			_, err := readProcNet(root, port.TCP, maskListen, single(8080))
			if err == nil || !strings.Contains(err.Error(), tt.word) || !strings.Contains(err.Error(), root+"/net/tcp") {
				t.Errorf("error %v does not name %s and the file", err, tt.word)
			}
		})
	}
}

// TestBothTablesTellTheSame compares what the fallback reads with what sock_diag tells of the same sockets, but for what
// /proc/net does not show.
func TestBothTablesTellTheSame(t *testing.T) {
	sockettest.NeedIPv6(t)
	var tcp, udp []port.Range
	for _, b := range []port.Binding{port.AnyV4, port.AnyDual, at("127.0.0.2"), {Addr: netip.IPv6Loopback()}, at("::ffff:127.0.0.1")} {
		tcp = append(tcp, port.Single(sockettest.Hold(t, sockettest.Server(b, 0)).Port))
		udp = append(udp, port.Single(sockettest.Hold(t, sockettest.Shape{Protocol: port.UDP, Binding: b}).Port))
	}
	client := sockettest.Connect(t)
	diag, proc := table(t), &Table{root: "/proc"}
	tests := []struct {
		name string
		ask  func(*Table) ([]facts.PortUse, error)
	}{
		{"TCP listeners", func(t *Table) ([]facts.PortUse, error) { return t.Holders(port.TCP, tcp) }},
		{"UDP sockets", func(t *Table) ([]facts.PortUse, error) { return t.Holders(port.UDP, udp) }},
		{"connections", func(t *Table) ([]facts.PortUse, error) { return t.Others(single(client.Local)) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want, err := tt.ask(diag)
			if err != nil {
				t.Fatal(err)
			}
			got, err := tt.ask(proc)
			if err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(shownByBoth(want), shownByBoth(got), cmpopts.EquateComparable(netip.Addr{}, netip.AddrPort{})); diff != "" {
				t.Errorf("-sock_diag +/proc/net:\n%s", diff)
			}
		})
	}
}

func shownByBoth(claims []facts.PortUse) []facts.PortUse {
	for i := range claims {
		c := &claims[i]
		c.Source, c.Binding.V6Only, c.Socket.CgroupID, c.FreeIn, c.Opener = "", false, 0, 0, facts.OpenerUnknown
	}
	slices.SortFunc(claims, func(a, b facts.PortUse) int { return cmp.Compare(a.Socket.Inode, b.Socket.Inode) })
	return claims
}

// TestTheFallbackTakesOverWhenTheQuestionIsRefused has a table whose netlink socket opens and then answers nothing, as in
// a sandbox that filters it.
func TestTheFallbackTakesOverWhenTheQuestionIsRefused(t *testing.T) {
	held := sockettest.Hold(t, sockettest.Server(port.AnyV4, 0))
	table := table(t)
	table.diag.conn.Close()
	found, err := table.Holders(port.TCP, single(held.Port))
	if got := one(t, found, err); got.Source != "proc_net" || got.Socket.Inode != inode(t, held.FD) {
		t.Errorf("got %+v, want inode %d from proc_net", got, inode(t, held.FD))
	}
	if blind, reason := table.Blind(); table.Source() != "proc_net" || blind == "" || reason == nil {
		t.Errorf("source %s, blind for %q because of %v; want it told", table.Source(), blind, reason)
	}
}
