package release_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/safeport/safeport/lab"
)

// Another project of the same name runs by Compose: its volume is called as that of the one that is to be installed, and both would write to
// it.
func TestVolumeThatAStrangerWritesToIsRefused(t *testing.T) {
	lab.Long(t)
	b, dir, is := newStore(t)
	b.BuildCompose(t)
	is("8000")
	b.compose(dir, "-p", "other", "up", "-d")
	other := b.Path("other")
	if err := os.Mkdir(other, 0o755); err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("name: store\n", "", "8000:80", "8100:80", "5432:5432", "5433:5432").Replace(store)
	b.write(filepath.Join(other, "compose.yaml"), text)
	a := b.must(1, "install", other)
	if !strings.Contains(a.stderr, "volume other_data is in use by container other-db-1") {
		t.Errorf("who has the volume is not said: %s", a.stderr)
	}
	b.wantVolumes("other_data")
	b.must(0, "install", other, "--name", "mine")
	b.must(0, "uninstall", "mine", "--purge", "--yes")
	b.must(0, "install", other, "--ignore", "volume-shared")
}

// The name that a service's container is to have is another one's. That shows before anything is stopped.
func TestContainerNameOfAStrangerIsRefused(t *testing.T) {
	lab.Long(t)
	b, dir, is := newStore(t)
	is("8000")
	named := strings.Replace(store, "image: db:1", "image: db:1\n    container_name: database", 1)
	b.engine.Run(t, lab.Container{Name: "database", Image: "other:1"})
	refused := func(words ...string) {
		t.Helper()
		if a := b.must(1, words...); !strings.Contains(a.stderr, "container name database of service db is in use") {
			t.Errorf("whose the name is is not said: %s", a.stderr)
		}
	}
	b.write(filepath.Join(dir, "compose.yaml"), named)
	refused("install", dir)
	is("8000")
	b.must(0, "install", dir)
	b.write(filepath.Join(dir, "compose.yaml"), named)
	refused("upgrade", "store")
	b.runs("store-r1-app-1", "store-r1-db-1", "database")
}
