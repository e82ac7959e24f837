package release_test

import (
	"strings"
	"testing"

	"github.com/safeport/safeport/lab"
)

// After a rollback there is none to what was rolled back: neither its summary nor the status speaks of one.
func TestRollbackIsNotOfferedTwice(t *testing.T) {
	lab.Long(t)
	b, dir, is := newStore(t)
	is("8000")
	b.must(0, "install", dir)
	is("8001")
	b.must(0, "upgrade", "store")
	if a := b.must(0, "rollback", "store"); strings.Contains(a.stdout, "safeport rollback") {
		t.Errorf("a rollback is offered: %s", a.stdout)
	}
	if a := b.must(0, "status"); strings.Contains(a.stdout, "kept for rollback") {
		t.Errorf("a revision is said to be kept for a rollback: %s", a.stdout)
	}
	b.must(1, "rollback", "store")
}

// Each container may have ended because its work is done. All of them together do nothing.
func TestWhatIsStoppedIsNotRunning(t *testing.T) {
	b, dir, is := newStore(t)
	is("8000")
	b.must(0, "install", dir)
	for _, name := range []string{"store-r1-app-1", "store-r1-db-1", "store-r1-job-1"} {
		b.stopByHand(name)
	}
	if a := b.must(1, "status"); strings.Contains(a.stdout, "store is running") || !strings.Contains(a.stdout, "none of its containers is running") {
		t.Errorf("status: %s", a.stdout)
	}
}
