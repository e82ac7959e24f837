package release_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/moby/moby/api/types/container"

	"github.com/safeport/safeport/lab"
)

// way is an engine, who runs safeport with it, and the ports that he may have.
type way struct {
	name        string
	start       func(*testing.T, *lab.Host) *lab.Engine
	as          lab.User
	port, other string
	owner       int // of a file that a user in a container has, as the host knows him
}

var (
	rootful        = way{"Podman", func(t *testing.T, h *lab.Host) *lab.Engine { return h.StartPodman(t, lab.Root) }, lab.Root, "80", "8080", 70}
	rootless       = way{"rootless Podman", func(t *testing.T, h *lab.Host) *lab.Engine { return h.StartPodman(t, lab.Somebody) }, lab.Somebody, "8080", "8081", 65533}
	rootlessDocker = way{"rootless Docker", func(t *testing.T, h *lab.Host) *lab.Engine { return h.StartRootlessDocker(t) }, lab.Somebody, "8080", "8081", 700069}
)

// TestOtherEngines goes the whole way with Podman's service, as root and as a user, and with a user's Docker.
func TestOtherEngines(t *testing.T) {
	t.Parallel()
	for _, w := range short([]way{rootful, rootless}, []way{rootful, rootless, rootlessDocker}) {
		t.Run(w.name, func(t *testing.T) { newBenchOf(t, w).goTheWay(w) })
	}
}

func newBenchOf(t *testing.T, w way) *bench {
	t.Helper()
	b := newBenchWith(t, func(h *lab.Host) *lab.Engine { return w.start(t, h) })
	if w.as.UID != 0 {
		b.runAs(w.as)
	}
	return b
}

func (b *bench) goTheWay(w way) {
	port, other := w.port, w.other
	if b.as.UID != 0 {
		if a := b.must(1, "install", "gpustack", "--version", "v2.2.1"); !strings.Contains(a.stdout, "[permission-denied]") {
			b.Errorf("that a user's engine may not have port 80 is not told: %s", a.stdout)
		}
		b.wantContainers(nil)
	}
	a := b.must(0, "install", "gpustack", "--version", "v2.2.1", "--port", port)
	command := "podman --url " + b.endpoint
	if w.name == rootlessDocker.name {
		command = "docker -H " + b.endpoint
	}
	for _, line := range []string{command + " logs gpustack\n", command + " exec gpustack cat "} {
		if !strings.Contains(a.stdout, line) {
			b.Errorf("%q is not told: %s", line, a.stdout)
		}
	}
	b.serves(port, "v2.2.1")
	b.wantVolumes("gpustack-data")
	if s := b.status(0); len(s.Instances) != 1 || !s.Instances[0].Healthy || s.Instances[0].Ports[0].Verdict != "own" {
		b.Errorf("status: %+v", s)
	}
	if info, err := os.Stat(filepath.Join(b.state, "gpustack.json")); err != nil || info.Sys().(*syscall.Stat_t).Uid != b.as.UID {
		b.Errorf("the journal is not that of who ran safeport: %+v, %v", info, err)
	}
	b.must(0, "upgrade", "gpustack", "--version", "v2.2.2", "--port", other)
	b.serves(other, "v2.2.2")
	b.serves(port, "")

	// What fails is undone, and what it has made of the data too.
	if a := b.must(4, "upgrade", "gpustack", "--version", "v2.2.4"); !strings.Contains(a.stderr, "a required setting is missing") {
		b.Errorf("why it failed is not told: %s", a.stderr)
	}
	ours, later := filepath.Join(b.database(), "ours"), filepath.Join(b.database(), "later")
	b.write(ours, "as it was")
	b.give(ours, w.owner)
	b.must(4, "upgrade", "gpustack", "--version", "v2.3.1", "--wait", "1s")
	b.serves(other, "v2.2.2")
	b.holds(filepath.Join(b.database(), "format"), "1")
	b.must(0, "upgrade", "gpustack", "--version", "v2.3.0")
	b.write(ours, "changed")
	b.write(later, "new")
	if a := b.must(4, "rollback", "gpustack"); !strings.Contains(a.stderr, "the data has format 2") {
		b.Errorf("why it failed is not told: %s", a.stderr)
	}
	if w.name == rootless.name {
		b.wantNoCopyOf(later)
	}
	b.must(0, "rollback", "gpustack", "--restore")
	b.serves(other, "v2.2.2")
	b.holds(ours, "as it was")
	b.holds(later, "")
	if info, err := os.Stat(ours); err != nil || info.Mode().Perm() != 0o640 || info.Sys().(*syscall.Stat_t).Uid != uint32(w.owner) {
		b.Errorf("owner and mode are not what they were: %+v, %v", info, err)
	}
	b.wantContainers(map[string]container.ContainerState{"gpustack": "running", "gpustack-r3": "exited"})

	b.must(0, "uninstall", "gpustack")
	b.wantContainers(nil)
	b.wantVolumes("gpustack-data")
	if a := b.must(2, "uninstall", "gpustack", "--purge"); !strings.Contains(a.stderr, "volume gpustack-data") {
		b.Errorf("it is not told what would go: %s", a.stderr)
	}
	b.must(0, "uninstall", "gpustack", "--purge", "--yes")
	b.wantVolumes()
	if left := b.backups(); len(left) > 0 {
		b.Errorf("the backups %v are left", left)
	}
}

// give makes a file that of a user, in his own group.
func (b *bench) give(file string, user int) {
	b.Helper()
	if err := os.Chown(file, user, user); err != nil {
		b.Fatal(err)
	}
}

// wantNoCopyOf demands that nothing is begun where a file belongs to a user of the container that cannot be told.
func (b *bench) wantNoCopyOf(file string) {
	b.Helper()
	b.give(file, 700069)
	before := b.inspect("gpustack").State.StartedAt
	for _, words := range [][]string{{"upgrade", "gpustack", "--port", "8090", "--backup"}, {"rollback", "gpustack", "--restore"}} {
		if a := b.must(1, words...); !strings.Contains(a.stderr, "Podman doesn't report file owners") {
			b.Errorf("why no copy can be made is not told: %s", a.stderr)
		}
	}
	if b.inspect("gpustack").State.StartedAt != before {
		b.Error("it was stopped for a copy that cannot be made")
	}
	b.give(file, int(b.as.UID))
}
