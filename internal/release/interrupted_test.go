package release_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/lab"
)

// broken kills a run at a step. A short step may be over before it is seen: then what was done is undone, and done again.
func (b *bench) broken(step journal.StepKind, undo []string, words ...string) {
	b.Helper()
	for range 5 {
		a, hit := b.killed(syscall.SIGKILL, step, 0, words...)
		if hit {
			return
		}
		b.Logf("the step %s was over before it was seen: status %d", step, a.status)
		b.must(0, undo...)
	}
	b.Fatalf("the step %s was never seen", step)
}

// A first installation is killed, and its files are gone: what is there is told, and can be removed.
func TestFilesOfABrokenInstallationAreGone(t *testing.T) {
	lab.Long(t)
	for _, step := range []journal.StepKind{journal.StepCreate, journal.StepSoak} {
		t.Run(string(step), func(t *testing.T) {
			b, dir, _ := newStore(t)
			file := filepath.Join(dir, "compose.yaml")
			b.write(file, notes)
			b.broken(step, []string{"uninstall", "store", "--purge", "--yes"}, "install", dir)
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
			if a := b.must(1, "status"); !strings.Contains(a.stdout, "interrupted at step") {
				t.Errorf("status: %s", a.stdout)
			}
			b.must(2, "upgrade", "store")
			b.must(0, "uninstall", dir)
			b.wantContainers(nil)
		})
	}
}

// What was undone was not there: a rollback after an upgrade that was killed goes back to what served before that, and no further. And
// the files of a run that was undone are not those of the next one.
func TestRollbackOfABrokenUpgrade(t *testing.T) {
	lab.Long(t)
	b, dir, _ := newStore(t)
	file, more := filepath.Join(dir, "compose.yaml"), filepath.Join(dir, "more.yaml")
	b.write(file, notes)
	b.write(more, "services: {db: {environment: {MORE: yes}, volumes: [\"more:/data\"]}}\nvolumes: {more: {}}\n")
	b.must(0, "install", dir)
	note := filepath.Join(b.inspect("store-r1-db-1").Mounts[0].Source, "note")
	b.write(note, "precious")
	b.write(file, strings.Replace(notes, "5432", "5433", 1))
	b.must(0, "upgrade", "store")

	back := []string{"rollback", "store"}
	b.broken(journal.StepStart, back, "upgrade", "-f", file, "-f", more)
	a := b.must(0, "rollback", "store")
	if !strings.Contains(a.stdout, "revision 2") {
		t.Errorf("where it has led is not said: %s", a.stdout)
	}
	b.runs("store-r2-db-1")
	b.mounts("store-r2-db-1", "store_data")
	if a := b.must(0, "upgrade", "store"); !strings.Contains(a.stdout, "nothing to change") {
		t.Errorf("the files of what was undone are used: %s%s", a.stderr, a.stdout)
	}

	// What was finished was asked for with its files. Another command doesn't lose them, nor does one after that.
	b.broken(journal.StepSoak, back, "upgrade", "-f", file, "-f", more)
	if a := b.must(1, "upgrade", "store"); !strings.Contains(a.stderr, "other files or options") {
		t.Errorf("why it ends is not said: %s", a.stderr)
	}
	if a := b.must(0, "upgrade", "store"); !strings.Contains(a.stdout, "nothing to change") {
		t.Errorf("the files of what was finished are not used: %s%s", a.stderr, a.stdout)
	}
	b.mounts(b.serving("db"), "store_more")
	b.must(0, "rollback", "store")
	b.mounts("store-r2-db-1", "store_data")
	b.holds(note, "precious")
}
