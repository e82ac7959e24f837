package release_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"

	"github.com/safeport/safeport/lab"
)

// A v2 of GPUStack answers on data of v0.x with nothing in it: it has another database, and moves the old one only when it is
// told to.
func TestAVersionThatDoesNotReadTheDataIsRefused(t *testing.T) {
	b := newBench(t)
	if err := b.engine.Load(t.Context(), lab.GPUStack("v0.7.1")); err != nil {
		t.Fatal(err)
	}
	refused := func(words ...string) {
		t.Helper()
		a := b.must(1, append([]string{"upgrade", "gpustack", "--yes"}, words...)...)
		for _, want := range []string{
			"GPUSTACK_DATA_MIGRATION=true ", "-v gpustack-data:/var/lib/gpustack", "rename gpustack gpustack-v0", "gpustack/gpustack:v2.2.3 --port",
		} {
			if !strings.Contains(a.stderr, want) {
				t.Errorf("not said: %s\n%s", want, a.stderr)
			}
		}
		b.serves("9090", "v0.7.1")
	}
	b.startByHand(container.Config{Image: "gpustack/gpustack:v0.7.1"}, container.HostConfig{Mounts: data})
	b.answers("9090")
	refused("--version=v2.2.3") // by its tag: nothing tells where this one's data is
	database := filepath.Join(b.mountpoint("gpustack-data"), "database.db")
	b.write(database, "SQLite")
	refused("--version=v2.2.3")

	// A tag that says nothing is no excuse.
	if err := b.engine.Remove(t.Context(), "gpustack"); err != nil {
		t.Fatal(err)
	}
	if err := b.engine.Load(t.Context(), latest()); err != nil {
		t.Fatal(err)
	}
	b.startByHand(container.Config{Image: "gpustack/gpustack:latest"}, container.HostConfig{Mounts: data})
	b.answers("9090")
	refused("--version=v2.2.3")

	// What has its data in another database has none to move, and what was moved has it no more.
	moved := filepath.Join(b.mountpoint("gpustack-data"), "run", "state_migration_done")
	if err := os.MkdirAll(filepath.Dir(moved), 0o755); err != nil {
		t.Fatal(err)
	}
	b.write(moved, "")
	b.must(0, "upgrade", "gpustack", "--yes", "--version=v2.2.3")
	b.serves("9090", "v2.2.3")
	b.holds(database, "SQLite")

	// What somebody else has made is kept, and that is said, also when all was to go.
	if a := b.must(0, "uninstall", "gpustack", "--purge", "--yes"); !strings.Contains(a.stderr+a.stdout, "didn't create are kept: gpustack-data") {
		t.Errorf("it is not said what is kept: %s", a.stderr)
	}
	b.holds(database, "SQLite")
}

// answers waits until somebody answers on a port.
func (b *bench) answers(port string) {
	b.Helper()
	for b.version(port) == "" {
		if err := b.Context().Err(); err != nil {
			b.Fatal(err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// latest is a v0.x whose tag does not say so.
func latest() lab.Image {
	i := lab.GPUStack("latest")
	i.Env = append(i.Env, "STANDIN_VERSION=v0.7.1")
	return i
}
