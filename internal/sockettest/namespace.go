package sockettest

import (
	"os"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// InNamespace runs f in a network namespace of its own, on a thread of its own that ends with it; so do the programs that
// f starts. It needs root, and skips the test without.
func InNamespace(t testing.TB, f func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: this test needs root, to make a network namespace")
	}
	failed := make(chan error)
	go func() {
		// Never unlocked: the runtime ends the thread with the goroutine instead of using it again.
		runtime.LockOSThread()
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			failed <- err
			return
		}
		defer close(failed)
		f()
	}()
	if err := <-failed; err != nil {
		t.Skipf("SKIPPED: this test needs a network namespace of its own: %v", err)
	}
}
