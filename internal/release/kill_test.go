package release_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"safeport/internal/release"
)

// torture makes the tests that kill safeport do so at every step of every change, again and again ("make torture").
var torture = os.Getenv("SAFEPORT_TORTURE") != ""

// pending is what the journal says is under way; nil when nothing is.
func (b *bench) pending() *release.Pending {
	data, err := os.ReadFile(filepath.Join(b.state, "gpustack.json"))
	if err != nil {
		return nil
	}
	var r release.Record
	if err := json.Unmarshal(data, &r); err != nil {
		b.Errorf("the journal is not whole: %v", err)
	}
	return r.Pending
}

// killed runs safeport and sends it a signal some time after the journal names the step. It returns what safeport wrote;
// hit says whether the step was seen before the end.
func (b *bench) killed(signal syscall.Signal, step release.StepKind, delay time.Duration, words ...string) (a answer, hit bool) {
	b.Helper()
	cmd := b.command(words...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := b.Do(cmd.Start); err != nil {
		b.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	for {
		select {
		case <-done:
			return answer{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}, hit
		case <-time.After(500 * time.Microsecond):
		}
		if p := b.pending(); !hit && p != nil && p.Step == step {
			hit = true
			time.Sleep(delay)
			if err := cmd.Process.Signal(signal); err != nil && err != os.ErrProcessDone {
				b.Error(err)
			}
		}
	}
}

// mark writes a file into the volume, as the service might.
func (b *bench) mark() string {
	b.Helper()
	v, err := b.engine.VolumeInspect(context.Background(), "gpustack-data", client.VolumeInspectOptions{})
	if err != nil {
		b.Fatal(err)
	}
	file := filepath.Join(v.Volume.Mountpoint, "precious")
	if err := os.WriteFile(file, []byte("data"), 0o600); err != nil {
		b.Fatal(err)
	}
	return file
}

// tidy demands that nothing is left of a change but the release that serves and the one before.
func (b *bench) tidy(kept string) {
	b.Helper()
	if p := b.pending(); p != nil {
		b.Errorf("still pending: %s", p)
	}
	for name, state := range b.containers() {
		_, number, aside := strings.Cut(name, "gpustack-r")
		switch {
		case name == "gpustack" && state == "running":
		case aside && number != "" && state == "exited":
			if policy := b.inspect(name).HostConfig.RestartPolicy.Name; policy != "no" {
				b.Errorf("%s would come back at the next boot: %s", name, policy)
			}
		default:
			b.Errorf("container %s is left, %s", name, state)
		}
	}
	if n := len(b.containers()); n > 2 {
		b.Errorf("%d containers are left: %v", n, b.containers())
	}
	b.wantVolumes("gpustack-data")
	if _, err := os.Stat(kept); err != nil {
		b.Errorf("data is lost: %v", err)
	}
	networks, err := b.engine.NetworkList(context.Background(), client.NetworkListOptions{})
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range networks.Items {
		if !slices.Contains([]string{"bridge", "host", "none"}, n.Name) {
			b.Errorf("network %s is left", n.Name)
		}
	}
}

var steps = []release.StepKind{
	release.StepImages, release.StepPrepare, release.StepCreate, release.StepCheck, release.StepStop, release.StepBackup, release.StepRetire,
	release.StepPromote, release.StepStart, release.StepWait, release.StepSoak, release.StepCommit,
}

// After a kill at any step, the same command once more leads to where it was to lead.
func TestKilledUpgradeHeals(t *testing.T) {
	b := newBench(t)
	b.must(0, "install", "gpustack", "--version", "v2.2.1")
	kept := b.mark()
	rounds, tried := 1, steps
	if torture {
		rounds = 10
	} else {
		tried = []release.StepKind{release.StepCreate, release.StepStop, release.StepBackup, release.StepRetire, release.StepPromote, release.StepStart, release.StepSoak}
	}
	versions, ports := []string{"v2.2.2", "v2.2.1"}, []string{"8080", "80"}
	for i := range rounds * len(tried) {
		step, delay := tried[i%len(tried)], time.Duration(rand.IntN(80))*time.Millisecond
		words := []string{"upgrade", "gpustack", "--version", versions[i%2], "--port", ports[i%2]}
		if _, hit := b.killed(syscall.SIGKILL, step, delay, words...); !hit {
			b.Errorf("the step %s was not seen", step)
		}
		a := b.run(words...)
		if a.status != 0 {
			b.Fatalf("killed %s after the step %s began, and then: status %d\n%s", delay, step, a.status, a.stderr)
		}
		b.serves(ports[i%2], versions[i%2])
		b.serves(ports[(i+1)%2], "")
		b.tidy(kept)
		if b.Failed() {
			b.Fatalf("that was: killed %s after the step %s began\n%s", delay, step, a.stderr)
		}
	}
}

func TestKilledInstallRollbackAndUninstallHeal(t *testing.T) {
	b := newBench(t)
	rounds, tried := 1, []release.StepKind{release.StepCreate, release.StepStart, release.StepSoak}
	if torture {
		rounds, tried = 6, steps
	}
	for i := range rounds * len(tried) {
		step, delay := tried[i%len(tried)], time.Duration(rand.IntN(80))*time.Millisecond
		at := fmt.Sprintf("killed %s after the step %s began", delay, step)
		install := []string{"install", "gpustack", "--version", "v2.2.1"}
		b.killed(syscall.SIGKILL, step, delay, install...)
		b.must(0, install...)
		b.serves("80", "v2.2.1")
		kept := b.mark()
		b.tidy(kept)

		b.must(0, "upgrade", "gpustack", "--version", "v2.2.2")
		b.killed(syscall.SIGKILL, step, delay, "rollback", "gpustack")
		// Killed after it was committed, there is nothing more to go back to.
		if a := b.run("rollback", "gpustack"); a.status > 1 {
			b.Fatalf("%s, and then: status %d\n%s", at, a.status, a.stderr)
		}
		b.serves("80", "v2.2.1")
		b.tidy(kept)

		b.killed(syscall.SIGKILL, release.StepStop, delay, "uninstall", "gpustack")
		b.must(0, "uninstall", "gpustack")
		b.wantContainers(nil)
		b.wantVolumes("gpustack-data")
		if b.Failed() {
			b.Fatal("that was: " + at)
		}
	}
}

// Who loses patience gets the old one back; who loses the terminal gets the new one.
func TestSignals(t *testing.T) {
	b := newBench(t)
	b.must(0, "install", "gpustack", "--version", "v2.2.1")
	kept := b.mark()
	for _, step := range []release.StepKind{release.StepCreate, release.StepWait, release.StepSoak} {
		a, hit := b.killed(syscall.SIGINT, step, 10*time.Millisecond, "upgrade", "gpustack", "--version", "v2.2.2", "--port", "8080")
		if !hit || a.status != 130 || !strings.Contains(a.stderr, "undone") {
			t.Errorf("Ctrl-C at the step %s: status %d\n%s", step, a.status, a.stderr)
		}
		b.serves("80", "v2.2.1")
		b.serves("8080", "")
		b.tidy(kept)
	}
	a, _ := b.killed(syscall.SIGHUP, release.StepStop, 0, "upgrade", "gpustack", "--version", "v2.2.2")
	if a.status != 0 {
		t.Errorf("SIGHUP: status %d\n%s", a.status, a.stderr)
	}
	b.serves("80", "v2.2.2")
}
