package nat

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// inNamespace runs a test in a network namespace of its own that has 192.0.2.1 and 2001:db8::1 on a device eth0, with the
// commands run before it.
func inNamespace(t *testing.T, script string, test func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: making a network namespace needs root")
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			t.Errorf("making a network namespace: %v", err)
			return
		}
		if run(t, setup) && run(t, script) {
			test()
		}
	}()
	<-done
}

const setup = `
	ip link set lo up
	ip link add eth0 type veth peer name far
	ip link set eth0 up
	ip link set far up
	ip address add 192.0.2.1/24 dev eth0
	ip address add 2001:db8::1/64 dev eth0 nodad`

func run(t *testing.T, script string) bool {
	cmd := exec.Command("/bin/sh", "-ec", script)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v: %s", strings.TrimSpace(script), err, out)
		return false
	}
	return true
}
