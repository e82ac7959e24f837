package netfilter

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/safeport/safeport/internal/sockettest"
)

// inNamespace runs a test in a network namespace of its own that has 192.0.2.1 and 2001:db8::1 on a device eth0, when a
// script has run there.
func inNamespace(t *testing.T, script string, test func()) {
	t.Helper()
	sockettest.InNamespace(t, func() {
		if run(t, setup) && run(t, script) {
			test()
		}
	})
}

// readIn makes rules in such a namespace, reads them, and demands that all could be read and that they say just that.
func readIn(t *testing.T, script string, says func(*Rules) string, want string) {
	t.Helper()
	inNamespace(t, script, func() {
		r := Read("/proc")
		defer r.Close()
		for _, s := range r.Sources {
			if s.Err != nil {
				t.Errorf("%s: %v", s.Name, s.Err)
			}
		}
		if got := says(r); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
		if err := r.Failed(); err != nil {
			t.Error(err)
		}
	})
}

const setup = `
	ip link set lo up
	ip link add eth0 type veth peer name far
	ip link set eth0 up
	ip link set far up
	ip address add 192.0.2.1/24 dev eth0
	ip address add 2001:db8::1/64 dev eth0 nodad`

func run(t testing.TB, script string) bool {
	t.Helper()
	out, err := exec.Command("/bin/sh", "-ec", script).CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v: %s", strings.TrimSpace(script), err, out)
	}
	return err == nil
}
