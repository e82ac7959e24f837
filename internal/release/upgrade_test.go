package release_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/moby/moby/api/types/container"

	"safeport/internal/release"
	"safeport/lab"
)

func TestUpgradeAndRollback(t *testing.T) {
	b := newBench(t)
	b.must(1, "upgrade", "gpustack", "--version", "v2.2.2")
	b.must(0, "install", "gpustack", "--version", "v2.2.1", "--env", "EXTRA=kept")
	b.must(2, "upgrade", "gpustack")

	o := b.must(0, "upgrade", "gpustack", "--version", "v2.2.2", "-o", "json").outcome(t)
	if o.Result != release.Done || *o.Release != 2 {
		t.Errorf("outcome %+v", o)
	}
	b.serves("80", "v2.2.2")
	b.wantContainers(map[string]container.ContainerState{"gpustack": "running", "gpustack-r1": "exited"})
	if policy := b.inspect("gpustack-r1").HostConfig.RestartPolicy.Name; policy != "no" {
		t.Errorf("the old container has the restart policy %q, and would fight for the port after a reboot", policy)
	}
	if env := b.inspect("gpustack").Config.Env; !slices.Contains(env, "EXTRA=kept") || !slices.Contains(env, "STANDIN_VERSION=v2.2.2") {
		t.Errorf("environment %q: what was chosen must stay, what the image gives must be the new image's", env)
	}

	// Another port, and nothing else: the version stays.
	o = b.must(0, "upgrade", "gpustack", "--port", "8080", "-o", "json").outcome(t)
	if o.Result != release.Done || *o.Release != 3 || o.Version != "v2.2.2" || o.URL != "http://127.0.0.1:8080" || len(o.Names) != 1 {
		t.Errorf("outcome %+v", o)
	}
	b.serves("8080", "v2.2.2")
	b.serves("80", "")
	b.wantContainers(map[string]container.ContainerState{"gpustack": "running", "gpustack-r2": "exited"})
	if again := b.must(0, "upgrade", "gpustack", "--port", "8080", "-o", "json").outcome(t); again.Result != release.Nothing {
		t.Errorf("the same again: %+v", again)
	}

	b.must(0, "rollback", "gpustack")
	b.serves("80", "v2.2.2")
	b.serves("8080", "")
	b.wantContainers(map[string]container.ContainerState{"gpustack": "running", "gpustack-r3": "exited"})
	if policy := b.inspect("gpustack").HostConfig.RestartPolicy.Name; policy != "unless-stopped" {
		t.Errorf("the container that is back has the restart policy %q", policy)
	}
	b.must(0, "upgrade", "gpustack", "--version", "v2.2.7") // slow to start
	b.serves("80", "v2.2.7")

	b.must(0, "uninstall", "gpustack", "--purge", "--yes")
	b.wantContainers(nil)
	b.wantVolumes()
}

func TestFailedUpgradeIsUndone(t *testing.T) {
	b := newBench(t)
	b.must(0, "install", "gpustack", "--version", "v2.2.1")
	before := b.inspect("gpustack").ID
	for _, tt := range []struct{ version, why string }{
		{"v2.2.4", "a required setting is missing"},
		{"v2.2.5", "503"},
		{"v2.2.6", "not ready within"},
		{"v2.2.8", "out of descriptors"},
		{"v2.2.9", "answers as version v2.2.3"},
	} {
		a := b.must(4, "upgrade", "gpustack", "--version", tt.version, "--port", "8080", "--wait", "2s")
		if !strings.Contains(a.stderr, tt.why) || !strings.Contains(a.stderr, "serves, as before") {
			t.Errorf("version %s: it is not told why (%s) and what stands now: %s", tt.version, tt.why, a.stderr)
		}
		b.serves("80", "v2.2.1")
		b.wantContainers(alone)
		now := b.inspect("gpustack")
		if now.ID != before || now.HostConfig.RestartPolicy.Name != "unless-stopped" {
			t.Errorf("after version %s the old container is not as it was", tt.version)
		}
	}
	b.Standin(t, lab.Process{Name: "nginx", Args: []string{"serve", "tcp::8080"}})
	b.must(1, "upgrade", "gpustack", "--port", "8080")
	b.serves("80", "v2.2.1")
	b.wantVolumes("gpustack-data")
}

// A container that a failed "docker run" left behind is taken for what it says, and replaced.
func TestHalfInstalledIsFinished(t *testing.T) {
	b := newBench(t)
	b.engine.Created(t, lab.Container{
		Name: "gpustack", Image: "gpustack/gpustack:v2.2.1", Publish: []string{"8080:80"}, Env: []string{"EXTRA=kept"},
	})
	b.must(0, "install", "gpustack", "--version", "v2.2.2")
	b.serves("8080", "v2.2.2")
	if env := b.inspect("gpustack").Config.Env; !slices.Contains(env, "EXTRA=kept") {
		t.Errorf("environment %q", env)
	}
}
