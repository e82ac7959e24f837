package release_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// A name is of one service. Another one by that name would take the place of its containers, and an uninstallation its data with it.
func TestNameOfAnotherServiceIsRefused(t *testing.T) {
	b, dir, is := newStore(t)
	is("8000")
	b.must(0, "install", dir)
	note := filepath.Join(b.inspect("store-r1-db-1").Mounts[0].Source, "note")
	b.write(note, "precious")
	gpustack := []string{"gpustack", "--name", "store"}
	refused := func(words ...string) {
		t.Helper()
		if a := b.must(1, words...); !strings.Contains(a.stderr, "installation of store, not of gpustack") {
			t.Errorf("whose name it is is not said: %s", a.stderr)
		}
	}
	all := func() {
		t.Helper()
		refused(append([]string{"install", "--port", "8080"}, gpustack...)...)
		refused(append([]string{"upgrade", "--env", "A=b"}, gpustack...)...)
		for _, action := range []string{"rollback", "export"} {
			refused(append([]string{action}, gpustack...)...)
		}
		refused(append([]string{"uninstall", "--purge", "--yes"}, gpustack...)...)
	}
	all()
	b.runs("store-r1-app-1", "store-r1-db-1", "store-r1-job-1")
	b.loseJournal()
	all()
	b.runs("store-r1-app-1", "store-r1-db-1", "store-r1-job-1")
	b.must(0, "uninstall", dir) // its data is kept, and has nothing but its labels
	all()
	b.holds(note, "precious")
	b.must(0, "install", dir)
	b.holds(note, "precious")

	b.must(0, "install", "gpustack", "--port", "8080")
	b.must(1, "install", dir, "--name", "gpustack")
	b.must(1, "uninstall", "gpustack-worker", "--name", "gpustack", "--purge", "--yes")
	b.serves("8080", "v2.3.0")
}
