package release_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/moby/moby/api/types/container"

	"safeport/internal/release"
	"safeport/lab"
)

func (b *bench) wantContainers(want map[string]container.ContainerState) {
	b.Helper()
	if got := b.containers(); !maps.Equal(got, want) {
		b.Errorf("containers %v, want %v", got, want)
	}
}

func (b *bench) wantVolumes(want ...string) {
	b.Helper()
	if got := b.volumes(); !slices.Equal(got, want) {
		b.Errorf("volumes %v, want %v", got, want)
	}
}

// states reads "gpustack running" and the like.
func states(lines ...string) map[string]container.ContainerState {
	m := map[string]container.ContainerState{}
	for _, line := range lines {
		name, state, _ := strings.Cut(line, " ")
		m[name] = container.ContainerState(state)
	}
	return m
}

var alone = map[string]container.ContainerState{"gpustack": container.StateRunning}

func TestInstall(t *testing.T) {
	b := newBench(t)
	b.must(0, "install", "gpustack", "--dry-run")
	b.wantContainers(nil)

	o := b.must(0, "install", "gpustack", "--version", "v2.2.1", "-o", "json").outcome(t)
	if o.Result != release.Done || o.URL != "http://127.0.0.1" || *o.Release != 1 {
		t.Errorf("outcome %+v", o)
	}
	b.serves("80", "v2.2.1")
	b.wantContainers(alone)
	b.wantVolumes("gpustack-data")
	if policy := b.inspect("gpustack").HostConfig.RestartPolicy.Name; policy != "unless-stopped" {
		t.Errorf("restart policy %q", policy)
	}

	if again := b.must(0, "install", "gpustack", "-o", "json").outcome(t); again.Result != release.Nothing {
		t.Errorf("a second installation: %+v", again)
	}
	other := b.must(1, "install", "gpustack", "--port", "8080")
	if !strings.Contains(other.stderr, "safeport upgrade gpustack") {
		t.Errorf("no upgrade is offered: %s", other.stderr)
	}
	b.serves("80", "v2.2.1")

	b.must(0, "uninstall", "gpustack")
	b.wantContainers(nil)
	b.wantVolumes("gpustack-data")
	b.must(0, "install", "gpustack", "--version", "v2.2.1")
	b.serves("80", "v2.2.1")
	b.must(2, "uninstall", "gpustack", "--purge")
	b.serves("80", "v2.2.1")
}

func TestBlockedInstallChangesNothing(t *testing.T) {
	b := newBench(t)
	b.Standin(t, lab.Process{Name: "nginx", Args: []string{"serve", "tcp::80"}})
	b.must(1, "install", "gpustack", "--version", "v2.2.1")
	b.wantContainers(nil)
	b.wantVolumes()
	b.must(0, "install", "gpustack", "--version", "v2.2.1", "--port", "8080")
	b.serves("8080", "v2.2.1")
}

func TestFailedInstallIsUndone(t *testing.T) {
	b := newBench(t)
	for version, why := range map[string]string{
		"v2.2.4": "a required setting is missing", "v2.2.9": "answers as version v2.2.3", "v9.9.9": "v9.9.9",
	} {
		a := b.must(4, "install", "gpustack", "--version", version)
		if !strings.Contains(a.stderr, why) {
			t.Errorf("version %s: the reason (%s) is not told: %s", version, why, a.stderr)
		}
		b.wantContainers(nil)
	}
}
