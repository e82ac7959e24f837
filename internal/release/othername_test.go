package release_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/safeport/safeport/lab"
)

// A name is of one service. Another one by that name would take the place of its containers, and an uninstallation its data with it.
func TestNameOfAnotherServiceIsRefused(t *testing.T) {
	lab.Long(t)
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

// A project whose name is changed in its file is the one that is installed. A second one would begin without its data.
func TestNameThatIsChangedInTheFile(t *testing.T) {
	b, dir, is := newStore(t)
	is("8000")
	b.must(0, "install", dir)
	note := filepath.Join(b.inspect("store-r1-db-1").Mounts[0].Source, "note")
	b.write(note, "precious")
	file := filepath.Join(dir, "compose.yaml")
	b.write(file, strings.NewReplacer("name: store", "name: shop", "8000:80", "9000:80").Replace(store))
	was := b.containers()
	for _, words := range [][]string{{"install", dir}, {"install", dir, "--dry-run"}, {"install", file}} {
		a := b.must(1, words...)
		if !strings.Contains(a.stderr, "already installed as store, and its name is now shop") || !strings.Contains(a.stderr, words[1]+" -p store") {
			t.Errorf("%v: what it is called and how to go on is not said: %s", words, a.stderr)
		}
	}
	if now := b.containers(); len(now) != len(was) {
		t.Errorf("there are other containers: %v, and there were %v", now, was)
	}
	b.must(0, "upgrade", file, "-p", "store", "--yes")
	b.runs("store-r2-app-1", "store-r1-db-1")
	b.holds(note, "precious")

	b.write(file, strings.NewReplacer("name: store", "name: shop", "8000:80", "9100:80", "5432:5432", "5433:5432").Replace(store))
	b.must(0, "install", dir, "--name", "shop", "--dry-run")
}
