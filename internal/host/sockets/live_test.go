package sockets

import (
	"fmt"
	"net/netip"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/sockettest"
)

func at(s string) port.Binding { return port.Binding{Addr: netip.MustParseAddr(s)} }

// table opens sock_diag, which is what these tests are about.
func table(t *testing.T) *Table {
	t.Helper()
	table := Open("/proc")
	t.Cleanup(table.Close)
	if table.Source() != "sock_diag" {
		_, err := table.Blind()
		t.Skipf("SKIPPED: this test needs sock_diag: %v", err)
	}
	return table
}

func one(t *testing.T, found []facts.PortUse, err error) facts.PortUse {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 {
		t.Fatalf("found %d sockets, want 1: %+v", len(found), found)
	}
	return found[0]
}

func single(n uint16) []port.Range { return []port.Range{port.Single(n)} }

func TestHoldersShowsASocketAsItWasBound(t *testing.T) {
	sockettest.NeedIPv6(t)
	v6only := func(b port.Binding) port.Binding { b.V6Only = true; return b }
	tests := []struct {
		name     string
		protocol port.Protocol
		binding  port.Binding
		state    facts.State
	}{
		{"listener on IPv4", port.TCP, port.AnyV4, facts.Listening},
		{"dual-stack listener", port.TCP, port.AnyDual, facts.Listening},
		{"listener on IPv6 alone", port.TCP, port.AnyV6, facts.Listening},
		{"listener on one address", port.TCP, at("127.0.0.2"), facts.Listening},
		{"listener on one IPv6 address", port.TCP, v6only(at("::1")), facts.Listening},
		{"listener on an IPv4 address by an IPv6 socket", port.TCP, at("::ffff:127.0.0.1"), facts.Listening},
		{"listener on one device", port.TCP, port.Binding{Addr: port.AnyV4.Addr, Device: "lo"}, facts.Listening},
		{"UDP socket", port.UDP, port.AnyV4, facts.Bound},
		{"dual-stack UDP socket", port.UDP, port.AnyDual, facts.Bound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			held := sockettest.Hold(t, sockettest.Shape{Protocol: tt.protocol, Binding: tt.binding})
			found, err := table(t).Holders(tt.protocol, single(held.Port))
			got := one(t, found, err)
			want := facts.PortUse{
				Protocol: tt.protocol, Binding: tt.binding, Ports: port.Single(held.Port), State: tt.state, Source: "sock_diag",
				Remote: netip.AddrPortFrom(wildcard(tt.binding.Addr), 0),
				Socket: &facts.Socket{Inode: inode(t, held.FD), UID: uint32(os.Geteuid()), CgroupID: got.Socket.CgroupID},
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Addr{}, netip.AddrPort{})); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if got.Socket.CgroupID == 0 {
				t.Error("the socket's cgroup is not told (kernel 5.8)")
			}
		})
	}
}

func wildcard(a netip.Addr) netip.Addr {
	if a.Is4() {
		return netip.IPv4Unspecified()
	}
	return netip.IPv6Unspecified()
}

func inode(t *testing.T, fd int) uint32 {
	t.Helper()
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		t.Fatal(err)
	}
	return uint32(st.Ino)
}

func TestHoldersShowsAUDPClient(t *testing.T) {
	loopback := at("127.0.0.1")
	server := sockettest.Hold(t, sockettest.Shape{Protocol: port.UDP, Binding: loopback})
	client := sockettest.Hold(t, sockettest.Shape{Protocol: port.UDP, Binding: loopback})
	to := &unix.SockaddrInet4{Port: int(server.Port), Addr: loopback.Addr.As4()}
	if err := unix.Connect(client.FD, to); err != nil {
		t.Fatal(err)
	}
	found, err := table(t).Holders(port.UDP, single(client.Port))
	got := one(t, found, err)
	if want := netip.AddrPortFrom(loopback.Addr, server.Port); got.State != facts.Connected || got.Remote != want {
		t.Errorf("state %v to %v, want connected to %v", got.State, got.Remote, want)
	}
}

func TestHoldersLeavesOutWhatDoesNotListen(t *testing.T) {
	c := sockettest.Connect(t)
	found, err := table(t).Holders(port.TCP, single(c.Local))
	if err != nil || len(found) > 0 {
		t.Errorf("found %+v and %v, want nothing", found, err)
	}
}

func TestOthersShowsABoundSocketThatDoesNotListen(t *testing.T) {
	needKernel(t, 6, 8)
	held := sockettest.Hold(t, sockettest.Shape{Binding: port.AnyV4, Idle: true})
	found, err := table(t).Others(single(held.Port))
	if got := one(t, found, err); got.State != facts.Bound || got.Socket.Inode != inode(t, held.FD) {
		t.Errorf("got %+v, want a bound socket with inode %d", got, inode(t, held.FD))
	}
}

func needKernel(t *testing.T, major, minor int) {
	t.Helper()
	var name unix.Utsname
	if err := unix.Uname(&name); err != nil {
		t.Fatal(err)
	}
	var gotMajor, gotMinor int
	if _, err := fmt.Sscanf(unix.ByteSliceToString(name.Release[:]), "%d.%d", &gotMajor, &gotMinor); err != nil {
		t.Fatal(err)
	}
	if gotMajor < major || gotMajor == major && gotMinor < minor {
		t.Skipf("SKIPPED: this test needs kernel %d.%d", major, minor)
	}
}

func TestOthersShowsAConnectionAndThenItsTimeWait(t *testing.T) {
	c := sockettest.Connect(t)
	remote := netip.AddrPortFrom(at("127.0.0.1").Addr, c.Remote)
	found, err := table(t).Others(single(c.Local))
	if got := one(t, found, err); got.State != facts.Connected || got.Remote != remote || got.FreeIn != 0 {
		t.Errorf("got %+v, want a connection to %v", got, remote)
	}

	c.Finish(t)
	found, err = table(t).Others(single(c.Local))
	got := one(t, found, err)
	if got.State != facts.TimeWait || got.Remote != remote || got.Socket.Inode != 0 {
		t.Errorf("got %+v, want a TIME_WAIT of a connection to %v, without an inode", got, remote)
	}
	if got.FreeIn <= 50*time.Second || got.FreeIn > 60*time.Second {
		t.Errorf("it is over in %v, want nearly 60s", got.FreeIn)
	}
}

// TestTheKernelSelectsThePorts looks behind the filter that dump applies itself: what the kernel sent is compared.
func TestTheKernelSelectsThePorts(t *testing.T) {
	var held []uint16
	for range 6 {
		held = append(held, sockettest.Hold(t, sockettest.Server(port.AnyV4, 0)).Port)
	}
	slices.Sort(held)
	tests := []struct {
		name   string
		ranges []port.Range
		want   []uint16
	}{
		{"one port", single(held[2]), held[2:3]},
		{"the port below", single(held[2] - 1), nil},
		{"two ports", append(single(held[0]), single(held[5])...), []uint16{held[0], held[5]}},
		{"a range", []port.Range{{First: held[1], Last: held[4]}}, held[1:5]},
		{"a range without its ends", []port.Range{{First: held[1] + 1, Last: held[4] - 1}}, held[2:4]},
		{"ranges in any order", []port.Range{port.Single(held[5]), {First: held[0], Last: held[1]}, port.Single(held[3])},
			[]uint16{held[0], held[1], held[3], held[5]}},
		{"as many ranges as fit into a program", scattered(maxRanges, held[4]), held[4:5]},
		{"every port", []port.Range{{First: 1, Last: 65535}}, held},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			replies, err := table(t).diag.ask(unix.AF_INET, port.TCP, maskListen, tt.ranges)
			if err != nil {
				t.Fatal(err)
			}
			var got []uint16
			for _, m := range replies {
				c, err := decode(m.Data)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.ContainsFunc(tt.ranges, c.Ports.Overlaps) {
					t.Errorf("the kernel sent port %d, which was not asked for", c.Ports.First)
				}
				if slices.Contains(held, c.Ports.First) {
					got = append(got, c.Ports.First)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v of %v, want %v", got, held, tt.want)
			}
		})
	}
}

func TestMoreRangesThanAProgramHoldsAreFilteredHere(t *testing.T) {
	wanted := sockettest.Hold(t, sockettest.Server(port.AnyV4, 0)).Port
	between := sockettest.Hold(t, sockettest.Server(port.AnyV4, 0)).Port
	found, err := table(t).Holders(port.TCP, scattered(2*maxRanges, wanted))
	if err != nil {
		t.Fatal(err)
	}
	has := func(n uint16) bool {
		return slices.ContainsFunc(found, func(c facts.PortUse) bool { return c.Ports == port.Single(n) })
	}
	if !has(wanted) || has(between) {
		t.Errorf("port %d was asked for and found: %v; port %d was not: %v", wanted, has(wanted), between, has(between))
	}
}

// scattered makes n ranges that lie apart, from the lowest port to the highest, with one more port among them.
func scattered(n int, wanted uint16) []port.Range {
	var ranges []port.Range
	for i := range n - 2 {
		ranges = append(ranges, port.Single(uint16(2*i+1)))
	}
	return append(ranges, port.Single(65535), port.Single(wanted))
}
