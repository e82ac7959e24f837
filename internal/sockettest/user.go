package sockettest

import (
	"os"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

const nobody = 65534

// AsNobody runs f as a user without any rights, on a thread of its own that ends with it: the kernel keeps users and
// capabilities by thread. It needs root, and skips the test without.
func AsNobody(t testing.TB, f func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: this test needs root, to become another user")
	}
	failed := make(chan error)
	go func() {
		// Never unlocked: the runtime ends the thread with the goroutine instead of using it again.
		runtime.LockOSThread()
		_, _, errno := unix.RawSyscall(unix.SYS_SETRESUID, nobody, nobody, nobody)
		if errno != 0 {
			failed <- errno
			return
		}
		defer close(failed)
		f()
	}()
	if err := <-failed; err != nil {
		t.Fatalf("becoming user %d: %v", nobody, err)
	}
}
