package sockets

import (
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/sockettest"
)

func TestTakenCountsEveryKindOfSocketOnce(t *testing.T) {
	sockettest.NeedIPv6(t)
	tables := map[string]func(*testing.T) *Table{
		"sock_diag": table,
		"/proc/net": func(*testing.T) *Table { return &Table{reason: unix.EPERM, root: "/proc/thread-self"} },
	}
	for name, open := range tables {
		t.Run(name, func(t *testing.T) {
			sockettest.InNamespace(t, func() {
				if out, err := exec.Command("ip", "link", "set", "lo", "up").CombinedOutput(); err != nil {
					t.Errorf("%v: %s", err, out)
					return
				}
				listener := sockettest.Hold(t, sockettest.Server(port.AnyV4, 0)).Port
				connection, over := sockettest.Connect(t), sockettest.Connect(t)
				over.Finish(t)
				both := sockettest.Hold(t, sockettest.Server(port.AnyV6, listener)).Port
				udp := sockettest.Hold(t, sockettest.Shape{Protocol: port.UDP, Binding: port.AnyDual}).Port

				in := open(t)
				taken, err := in.Taken(port.TCP, port.Range{First: 1, Last: 65535})
				if err != nil {
					t.Error(err)
					return
				}
				for what, n := range map[string]uint16{
					"listener": listener, "connection's source": connection.Local, "its listener": connection.Remote,
					"TIME_WAIT": over.Local, "the listener beside it": over.Remote, "listener on both families": both,
				} {
					if !taken.Has(n) {
						t.Errorf("%s: port %d is not counted", what, n)
					}
				}
				if taken.Len() != 5 {
					t.Errorf("counted %d ports, want 5", taken.Len())
				}
				if taken, err = in.Taken(port.TCP, port.Single(connection.Local)); err != nil || taken.Len() != 1 {
					t.Errorf("of one port counted %v: %v", taken.Len(), err)
				}
				if taken, err = in.Taken(port.UDP, port.Range{First: 1, Last: 65535}); err != nil || !taken.Has(udp) || taken.Len() != 1 {
					t.Errorf("of UDP counted %d ports, and not %d: %v", taken.Len(), udp, err)
				}
			})
		})
	}
}
