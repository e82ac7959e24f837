package release_test

import (
	"strings"
	"testing"

	"github.com/moby/moby/api/types/container"

	"github.com/safeport/safeport/lab"
)

// A user's own engine, root, and an engine of root's beside it: each has journals of its own, and none takes what another
// runs for lost.
func TestJournalsOfSeveralUsersAndEngines(t *testing.T) {
	lab.Long(t)
	b := newBenchOf(t, rootless)
	b.must(0, "install", "gpustack", "--version", "v2.2.1", "--port", "8080")
	own := b.state

	// What root sees at the usual place is nobody's: this machine's own is left alone.
	const away = "unshare --mount sh -c 'mount -t tmpfs none /var/lib && exec \"$@\"' sh "
	a := b.shell(1, away+"safeport upgrade gpustack --port 8081 --engine "+b.endpoint)
	if !strings.Contains(a.stderr, "belongs to user 65533") || !strings.Contains(a.stderr, "sudo -iu '#65533'") {
		t.Errorf("whose engine it is, and who is to run safeport, is not told: %s", a.stderr)
	}
	if a := b.shell(0, away+"safeport status --engine "+b.endpoint); !strings.Contains(a.stdout, "gpustack is healthy") {
		t.Errorf("to look is root's, too: %s", a.stdout)
	}

	// Changed by root all the same, it is not what the user's journal says.
	b.as, b.state = lab.Root, b.Path("roots")
	b.must(0, "upgrade", "gpustack", "--version", "v2.2.2")
	b.as, b.state = lab.Somebody, own
	if s := b.status(1); s.Instances[0].Version != "v2.2.2" || s.Instances[0].Pending == nil {
		t.Errorf("that the journal is out of date is not told: %+v", s.Instances[0])
	}
	if a := b.must(0, "upgrade", "gpustack", "--port", "8081"); !strings.Contains(a.stderr, "revision 2 exists but isn't recorded") {
		t.Errorf("that the journal was out of date is not told: %s", a.stderr)
	}
	b.serves("8081", "v2.2.2")
	now := map[string]container.ContainerState{"gpustack": "running", "gpustack-r2": "exited"}
	b.wantContainers(now)

	// To another engine the containers would seem to be gone.
	podman := b.StartPodman(t, lab.Root)
	b.as = lab.Root
	for _, words := range [][]string{{"upgrade", "gpustack", "--version", "v2.2.3"}, {"uninstall", "gpustack", "--purge", "--yes"}, {"install", "gpustack", "--port", "8090"}} {
		endpoint := b.endpoint
		b.endpoint = podman.Endpoint
		a := b.must(1, words...)
		if b.endpoint = endpoint; !strings.Contains(a.stderr, "--engine "+endpoint) {
			t.Errorf("which engine runs it is not told: %s", a.stderr)
		}
	}
	b.endpoint, podman.Endpoint = podman.Endpoint, b.endpoint
	if s := b.status(1); !strings.Contains(s.Instances[0].Why, podman.Endpoint) {
		t.Errorf("which engine runs it is not told: %+v", s.Instances[0])
	}
	b.wantContainers(now)
	b.serves("8081", "v2.2.2")
}
