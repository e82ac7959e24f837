package holder

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/sockettest"
)

func TestTunnelsAreTheDevicesThatHaveAPort(t *testing.T) {
	sockettest.InNamespace(t, func() {
		want := map[uint16]string{}
		for _, device := range []struct {
			name, kind string
			port       uint16
		}{
			{"vx0", "vxlan id 7 dstport 14789 dev lo", 14789},
			{"gnv0", "geneve id 7 remote 192.0.2.1 dstport 16081", 16081},
			{"dummy0", "dummy", 0},
		} {
			out, err := exec.Command("ip", strings.Fields("link add "+device.name+" type "+device.kind)...).CombinedOutput()
			if err != nil {
				t.Logf("SKIPPED: no device of kind %s: %s", device.kind, out)
				continue
			}
			if device.port != 0 {
				want[device.port] = device.name
			}
		}
		if diff := cmp.Diff(want, tunnels()); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}

func FuzzTunnel(f *testing.F) {
	f.Add([]byte{})
	f.Add(make([]byte, unix.SizeofIfInfomsg))
	f.Add(append(make([]byte, unix.SizeofIfInfomsg), 8, 0, byte(unix.IFLA_IFNAME), 0, 'v', 'x', '0', 0, 12, 0, byte(unix.IFLA_LINKINFO), 0, 8, 0, 1, 0, 'v', 'x', 'l', 0))
	f.Fuzz(func(t *testing.T, data []byte) {
		if name, n, ok := tunnel(data); !ok && n != 0 {
			t.Fatalf("%q has port %d and is no tunnel", name, n)
		}
	})
}
