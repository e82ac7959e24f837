package host

import (
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/sockettest"
)

const redirection = `ip link set lo up
	nft add table ip t
	nft 'add chain ip t c { type nat hook output priority -100; }'
	nft add rule ip t c tcp dport 8080-8082 redirect to :9090`

func TestARuleTakesAWant(t *testing.T) {
	sockettest.InNamespace(t, func() {
		if out, err := exec.Command("/bin/sh", "-ec", redirection).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
			return
		}
		s := survey(t, bind(8081), publish(8082), bind(8083), at(bind(8081), "::1"))
		defer s.Close()
		for i, taken := range []bool{true, true, false, false} {
			if got := len(s.Probes[i].Redirected) > 0; got != taken {
				t.Errorf("want %d: taken %v, want %v", i, got, taken)
			}
		}
		for n, reached := range map[uint16]bool{8079: true, 8080: false, 8082: false, 8083: true} {
			if got := s.Reached(bind(n)); got != reached {
				t.Errorf("port %d: reached %v, want %v", n, got, reached)
			}
		}
		w := bind(8079)
		w.Ports = port.Range{First: 8070, Last: 8080}
		if s.Reached(w) {
			t.Error("the last port of the range is taken, and the range is said to be reached")
		}
		if err := s.RulesUnseen(); err != nil {
			t.Errorf("rules unseen: %v", err)
		}
		// The thread alone, and to its end.
		if _, _, errno := unix.RawSyscall(unix.SYS_SETRESUID, 65534, 65534, 65534); errno != 0 {
			t.Error(errno)
		}
		unprivileged := survey(t, bind(8081))
		defer unprivileged.Close()
		if err := unprivileged.RulesUnseen(); err == nil {
			t.Error("a user without rights is said to have seen all rules")
		}
		if source, _ := status(unprivileged, "nftables"); source.Status != Failed {
			t.Errorf("source nftables: %+v", source)
		}
	})
}
