package port_test

import (
	"errors"
	"fmt"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/sockettest"
)

// TestConflictsAgreeWithThisKernel opens every pair of sockets and compares what the kernel said with Conflicts. TCP is
// opened as servers do, with SO_REUSEADDR, and UDP without.
func TestConflictsAgreeWithThisKernel(t *testing.T) {
	sockettest.NeedIPv6(t)
	all := bindings()
	for _, protocol := range []port.Protocol{port.TCP, port.UDP} {
		for first, a := range all {
			for second, b := range all {
				t.Run(fmt.Sprint(protocol, " ", second, " beside ", first), func(t *testing.T) {
					shape := sockettest.Shape{Protocol: protocol, Binding: a, Reuse: protocol == port.TCP}
					shape.Port = sockettest.Hold(t, shape).Port
					shape.Binding = b
					beside, err := sockettest.Try(shape)
					switch {
					case err == nil:
						beside.Close()
					case !errors.Is(err, unix.EADDRINUSE):
						t.Fatalf("opening the second socket: %v", err)
					}
					if got := a.Conflicts(b); got != (err != nil) {
						t.Errorf("Conflicts says %v, and the kernel said %v", got, err)
					}
				})
			}
		}
	}
}
