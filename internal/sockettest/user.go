package sockettest

import (
	"os"
	"runtime"
	"syscall"
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

// ProcessAsNobody runs f with the whole process being a user without any rights, for code that uses goroutines of its own:
// unlike its like in x/sys, the syscall package's call reaches every thread. Tests in parallel would be that user too.
func ProcessAsNobody(t testing.TB, f func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: this test needs root, to become another user")
	}
	if err := syscall.Setresuid(-1, nobody, -1); err != nil {
		t.Fatalf("becoming user %d: %v", nobody, err)
	}
	defer func() {
		if err := syscall.Setresuid(-1, 0, -1); err != nil {
			t.Fatalf("becoming root again: %v", err)
		}
	}()
	f()
}
