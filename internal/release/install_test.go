package release_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/moby/moby/api/types/container"

	"github.com/safeport/safeport/internal/release"
	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
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
	b.serves("80", "v2.2.1")
}

// Data goes when somebody has said so, who was told what and how much.
func TestPurgeAsks(t *testing.T) {
	b := newBench(t)
	b.must(0, "install", "gpustack", "--version", "v2.2.1")
	b.must(0, "upgrade", "gpustack", "--version", "v2.2.2")
	a := b.must(2, "uninstall", "gpustack", "--purge")
	if !strings.Contains(a.stderr, "volume gpustack-data, 7B") || !strings.Contains(a.stderr, "data of revision 1") {
		t.Errorf("what would go is not named: %s", a.stderr)
	}
	b.serves("80", "v2.2.2")
	// util-linux's script gives it a terminal.
	asked := func(status int, word string) answer {
		return b.shell(status, "echo "+word+" | script -qec 'safeport uninstall gpustack --purge --engine "+b.endpoint+" --state-dir "+b.state+"' /dev/null")
	}
	asked(1, "no")
	b.wantNoPurgeOfShared("gpustack", "gpustack-data")
	b.serves("80", "v2.2.2")
	kept := b.must(0, "uninstall", "gpustack")
	if !strings.Contains(kept.stdout, "safeport uninstall gpustack --purge") || len(b.backups()) != 1 {
		t.Errorf("what is kept is not told: %s", kept.stdout)
	}
	b.wantVolumes("gpustack-data")
	if a := asked(0, "yes"); !strings.Contains(a.stdout, "volume gpustack-data, 7B") {
		t.Errorf("it was not asked: %s", a.stdout)
	}
	b.wantVolumes()
	if left := b.backups(); len(left) > 0 {
		t.Errorf("the backups %v are left", left)
	}
}

// wantNoPurgeOfShared demands that nothing is begun where a container of somebody else has a volume, too.
func (b *bench) wantNoPurgeOfShared(instance, volume string) {
	b.Helper()
	reader, err := b.engine.Create(b.Context(), lab.Container{Name: "reader", Image: "web", Volumes: []string{volume + ":/data"}})
	if err != nil {
		b.Fatal(err)
	}
	if a := b.must(1, "uninstall", instance, "--purge", "--yes"); !strings.Contains(a.stderr, "also used by container reader") {
		b.Errorf("who has the volume too is not told: %s", a.stderr)
	}
	if err := b.engine.Remove(b.Context(), reader); err != nil {
		b.Fatal(err)
	}
}

func TestBlockedInstallChangesNothing(t *testing.T) {
	b := newBench(t)
	b.Standin(t, lab.Process{Name: "nginx", Args: []string{"serve", "tcp::80"}})
	a := b.must(1, "install", "gpustack", "--version", "v2.2.1", "--env", "GREETING=good day", "--set", "port=80", "-o", "json")
	b.wantContainers(nil)
	b.wantVolumes()

	// The remedy is to be copied: it installs, with all that was said besides.
	b.shell(0, a.remedy(t, "--port 8080"))
	b.serves("8080", "v2.2.1")
	if env := b.inspect("gpustack").Config.Env; !slices.Contains(env, "GREETING=good day") {
		t.Errorf("environment %q", env)
	}
	a = b.must(1, "upgrade", "gpustack", "--set", "port=80", "--env", "GREETING=bye", "-o", "json")
	b.shell(0, a.remedy(t, "safeport upgrade gpustack --port"))
	b.serves("8080", "")
	if env := b.inspect("gpustack").Config.Env; !slices.Contains(env, "GREETING=bye") {
		t.Errorf("environment %q", env)
	}
}

// remedy is the command among the remedies of a report that has a text in it.
func (a answer) remedy(t *testing.T, text string) string {
	t.Helper()
	var r report.Report
	if err := json.Unmarshal([]byte(a.stdout), &r); err != nil {
		t.Fatalf("no report (%v) in %q", err, a.stdout)
	}
	for _, f := range r.Findings {
		for _, remedy := range f.Remedies {
			if strings.Contains(remedy.Command, text) {
				return remedy.Command
			}
		}
	}
	t.Fatalf("no remedy with %q in %s", text, a.stdout)
	return ""
}

func TestFailedInstallIsUndone(t *testing.T) {
	b := newBench(t)
	for version, why := range map[string]string{
		"v2.2.4": "a required setting is missing", "v2.2.9": "reports version v2.2.3", "v9.9.9": "v9.9.9",
	} {
		status := 4
		if version == "v9.9.9" {
			status = 1 // nothing was changed
		}
		a := b.must(status, "install", "gpustack", "--version", version)
		if !strings.Contains(a.stderr, why) {
			t.Errorf("version %s: the reason (%s) is not told: %s", version, why, a.stderr)
		}
		b.wantContainers(nil)
	}
}
