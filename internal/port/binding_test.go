package port_test

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/safeport/safeport/internal/port"
)

// bindings are the rows and columns of the conflict matrix.
func bindings() map[string]port.Binding {
	at := func(s string) port.Binding { return port.Binding{Addr: netip.MustParseAddr(s), V6Only: true} }
	on := func(b port.Binding, device string) port.Binding { b.Device = device; return b }
	return map[string]port.Binding{
		"0.0.0.0":          port.AnyV4,
		"127.0.0.1":        at("127.0.0.1"),
		"127.0.0.2":        at("127.0.0.2"),
		"[::] dual":        port.AnyDual,
		"[::] v6only":      port.AnyV6,
		"::1":              at("::1"),
		"::ffff:127.0.0.1": {Addr: netip.MustParseAddr("::ffff:127.0.0.1")},
		"0.0.0.0 on lo":    on(port.AnyV4, "lo"),
		"[::] dual on lo":  on(port.AnyDual, "lo"),
	}
}

// TestConflictsAreTheMeasuredMatrix has one row a listener and one mark a socket that is tried beside it: x where the
// kernel refuses it (measured on Linux 6.18).
func TestConflictsAreTheMeasuredMatrix(t *testing.T) {
	columns := []string{"0.0.0.0", "127.0.0.1", "127.0.0.2", "[::] dual", "[::] v6only", "::1"}
	rows := []struct{ listener, refused string }{
		{"[::] dual", "xxxxxx"},
		{"[::] v6only", "...xxx"},
		{"0.0.0.0", "xxxx.."},
		{"127.0.0.2", "x.xx.."},
		{"::1", "...xxx"},
		{"::ffff:127.0.0.1", "xx.x.."},
		{"127.0.0.1", "xx.x.."},
		{"0.0.0.0 on lo", "xxxx.."},
		{"[::] dual on lo", "xxxxxx"},
	}
	all := bindings()
	for _, row := range rows {
		for i, column := range columns {
			t.Run(row.listener+" and "+column, func(t *testing.T) {
				a, b := all[row.listener], all[column]
				want := row.refused[i] == 'x'
				if got := a.Conflicts(b); got != want {
					t.Errorf("conflict: %v, want %v", got, want)
				}
				if got := b.Conflicts(a); got != want {
					t.Errorf("the other way round: %v, want %v", got, want)
				}
			})
		}
	}
}

func TestDevicesKeepSocketsApart(t *testing.T) {
	on := func(device string) port.Binding { return port.Binding{Addr: netip.IPv4Unspecified(), Device: device} }
	zoned := port.Binding{Addr: netip.MustParseAddr("fe80::1%eth0"), V6Only: true}
	linkLocal := port.Binding{Addr: netip.MustParseAddr("fe80::1"), V6Only: true, Device: "eth0"}
	elsewhere := port.Binding{Addr: netip.MustParseAddr("fe80::1"), V6Only: true, Device: "eth1"}
	tests := []struct {
		name string
		a, b port.Binding
		want bool
	}{
		{"two devices", on("eth0"), on("eth1"), false},
		{"the same device", on("eth0"), on("eth0"), true},
		{"one device and all", on("eth0"), port.AnyV4, true},
		{"an address's zone is a device", zoned, linkLocal, true},
		{"an address's zone is another device", zoned, elsewhere, false},
		{"an address with a zone and the wildcard", zoned, port.AnyV6, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.a.Conflicts(tt.b); got != tt.want {
				t.Errorf("conflict: %v, want %v", got, tt.want)
			}
		})
	}
}

func TestServes(t *testing.T) {
	tests := []struct {
		binding string
		serves  map[string]bool
	}{
		{"0.0.0.0", map[string]bool{"127.0.0.1": true, "::1": false}},
		{"[::] dual", map[string]bool{"127.0.0.1": true, "::1": true}},
		{"[::] v6only", map[string]bool{"127.0.0.1": false, "::1": true}},
		{"127.0.0.2", map[string]bool{"127.0.0.1": false, "127.0.0.2": true}},
	}
	all := bindings()
	for _, tt := range tests {
		for addr, want := range tt.serves {
			t.Run(fmt.Sprint(tt.binding, " serves ", addr), func(t *testing.T) {
				if got := all[tt.binding].Serves(netip.MustParseAddr(addr)); got != want {
					t.Errorf("got %v, want %v", got, want)
				}
			})
		}
	}
}
