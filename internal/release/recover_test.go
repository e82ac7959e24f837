package release_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/lab"
)

// cutOff kills an upgrade to the version when it has come to the step, or does so again: a short step may be over before it is seen.
func (b *bench) cutOff(step journal.StepKind, words ...string) {
	b.Helper()
	for range 5 {
		a, hit := b.killed(syscall.SIGKILL, step, 0, words...)
		if hit {
			return
		}
		if a.status != 0 {
			b.Fatalf("it failed before the step %s was seen: status %d\n%s", step, a.status, a.stderr)
		}
		b.must(0, "rollback", "gpustack", "--restore")
	}
	b.Fatalf("the step %s was never seen", step)
}

// What a release has taken in after its maker was killed is not thrown away because it does not serve in the moment that
// somebody looks.
func TestDataTakenAfterAKillIsKept(t *testing.T) {
	lab.Long(t)
	t.Parallel()
	for _, tt := range []struct {
		step    journal.StepKind
		name    string
		happens func(b *bench)
	}{
		{journal.StepSoak, "it crashes once", func(b *bench) { b.end("gpustack") }},
		{journal.StepSoak, "it is stopped", func(b *bench) { b.stopByHand("gpustack") }},
		{journal.StepWait, "it is stopped", func(b *bench) { b.stopByHand("gpustack") }},
	} {
		t.Run(fmt.Sprintf("%s, %s", tt.step, tt.name), func(t *testing.T) {
			b := newBench(t)
			b.must(0, "install", "gpustack", "--version", "v2.2.1")
			b.cutOff(tt.step, "upgrade", "gpustack", "--version", "v2.3.0")
			b.eventually("80", "v2.3.0")
			taken := filepath.Join(b.database(), "taken")
			b.write(taken, "since")
			tt.happens(b)
			a := b.must(0, "upgrade", "gpustack", "--version", "v2.3.0")
			b.serves("80", "v2.3.0")
			b.holds(taken, "since")
			if strings.Contains(a.stderr, "Restoring the data") {
				t.Errorf("it was undone: %s", a.stderr)
			}
		})
	}
}

// What never answers is undone, and what it has made of the data is copied before it is overwritten.
func TestUndoCopiesWhatItOverwrites(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	b.must(0, "install", "gpustack", "--version", "v2.2.1")
	b.cutOff(journal.StepWait, "upgrade", "gpustack", "--version", "v2.3.1", "--wait", "3s")
	b.write(filepath.Join(b.database(), "taken"), "since")
	a := b.must(0, "upgrade", "gpustack", "--port", "8080")
	b.serves("8080", "v2.2.1")
	kept := b.backups()
	if len(kept) != 1 || !strings.Contains(a.stderr, kept[0]) {
		t.Fatalf("the copies %v; one was to be made and told:\n%s", kept, a.stderr)
	}
	archive := b.shell(0, "zstd -dc "+filepath.Join(kept[0], "1.tar.zst")+" | tar -t")
	if !strings.Contains(archive.stdout, "taken") {
		t.Errorf("the copy is without what was taken in: %s", archive.stdout)
	}
	b.must(0, "upgrade", "gpustack", "--version", "v2.3.0")
	if o := b.must(0, "rollback", "gpustack", "--restore", "--dry-run").stdout; strings.Contains(o, filepath.Base(kept[0])) {
		t.Errorf("a rollback would take what was undone: %s", o)
	}
}

// end ends the program of a container, as a crash does.
func (b *bench) end(name string) {
	b.Helper()
	pid := b.inspect(name).State.Pid
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) stopByHand(name string) {
	b.Helper()
	if _, err := b.engine.ContainerStop(context.Background(), name, client.ContainerStopOptions{}); err != nil {
		b.Fatal(err)
	}
}

// eventually waits until a version answers on a port.
func (b *bench) eventually(port, version string) {
	b.Helper()
	for end := time.Now().Add(time.Minute); b.version(port) != version; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			b.Fatalf("version %s has not come to answer on port %s", version, port)
		}
	}
}

// everything is what stands on the host that a command could change: files of the state directory, containers and volumes.
func (b *bench) everything() string {
	b.Helper()
	var text strings.Builder
	filepath.WalkDir(b.state, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			content, _ := os.ReadFile(path)
			fmt.Fprintf(&text, "%s %x\n", path, content)
		}
		return nil
	})
	list, err := b.engine.ContainerList(context.Background(), client.ContainerListOptions{All: true})
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range list.Items {
		is := b.inspect(c.ID)
		fmt.Fprintln(&text, c.ID, c.Names, is.State.Status, is.State.StartedAt, is.HostConfig.RestartPolicy.Name)
	}
	fmt.Fprintln(&text, b.volumes())
	return text.String()
}

// A dry run after a kill changes nothing, and says what it would heal.
func TestDryRunHealsNothing(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	b.must(0, "install", "gpustack", "--version", "v2.2.1")
	b.cutOff(journal.StepStop, "upgrade", "gpustack", "--version", "v2.2.2")
	dry := func(words ...string) {
		t.Helper()
		before := b.everything()
		a := b.must(0, append(words, "--dry-run")...)
		if after := b.everything(); after != before {
			t.Errorf("a dry run of %s has changed:\n%s\nto:\n%s", words, before, after)
		}
		if !strings.Contains(a.stdout, "nothing has been changed") || !strings.Contains(a.stdout, "the interrupted run") {
			t.Errorf("what it would heal is not told: %s", a.stdout)
		}
	}
	for _, words := range [][]string{{"install", "gpustack"}, {"upgrade", "gpustack", "--version", "v2.2.3"}, {"rollback", "gpustack"}, {"uninstall", "gpustack", "--purge"}} {
		dry(words...)
	}
	b.must(0, "upgrade", "gpustack", "--version", "v2.2.2")
	b.killed(syscall.SIGKILL, journal.StepRemove, 0, "uninstall", "gpustack", "--purge", "--yes")
	dry("install", "gpustack")
	b.must(0, "uninstall", "gpustack", "--purge", "--yes")
	b.wantNothing()
}

// pruned removes what does not run, as "docker container prune -f" does.
func (b *bench) pruned() {
	b.Helper()
	if _, err := b.engine.ContainerPrune(context.Background(), client.ContainerPruneOptions{}); err != nil {
		b.Fatal(err)
	}
}

// Every way into a dead end has one out of it.
func TestContainersThatSomebodyPruned(t *testing.T) {
	lab.Long(t)
	t.Parallel()
	for _, tt := range []struct {
		name    string
		happens func(b *bench)
		serves  string // after the next upgrade to v2.2.2
	}{
		{"killed at wait, and what is stopped is removed", func(b *bench) {
			b.cutOff(journal.StepWait, "upgrade", "gpustack", "--version", "v2.2.7")
			b.pruned()
		}, "v2.2.2"},
		{"killed at wait, and both are removed", func(b *bench) {
			b.cutOff(journal.StepWait, "upgrade", "gpustack", "--version", "v2.2.7")
			b.stopByHand("gpustack")
			b.pruned()
		}, ""},
		{"killed at stop, and both are removed", func(b *bench) {
			b.cutOff(journal.StepPromote, "upgrade", "gpustack", "--version", "v2.2.2")
			b.pruned()
		}, ""},
		{"what served before is removed", func(b *bench) {
			b.must(0, "upgrade", "gpustack", "--version", "v2.2.3")
			b.pruned()
			b.must(1, "rollback", "gpustack")
		}, "v2.2.2"},
		{"all is removed", func(b *bench) {
			b.stopByHand("gpustack")
			b.pruned()
		}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			b.must(0, "install", "gpustack", "--version", "v2.2.1")
			kept := b.mark()
			tt.happens(b)
			if tt.serves == "" {
				b.must(1, "upgrade", "gpustack", "--version", "v2.2.2")
				b.must(0, "install", "gpustack", "--version", "v2.2.2")
			} else {
				b.must(0, "upgrade", "gpustack", "--version", "v2.2.2")
			}
			b.serves("80", "v2.2.2")
			b.tidy(kept)
			b.cutOff(journal.StepWait, "upgrade", "gpustack", "--version", "v2.2.7")
			b.pruned()
			b.must(0, "uninstall", "gpustack", "--purge", "--yes")
			b.wantNothing()
		})
	}
}

// A journal that a newer safeport wrote is left alone.
func TestJournalOfANewerSafeport(t *testing.T) {
	b := newBench(t)
	b.must(0, "install", "gpustack", "--version", "v2.2.1")
	path := filepath.Join(b.state, "gpustack.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	newer := strings.Replace(string(text), journal.Schema, "safeport/instance/v9", 1)
	b.write(path, newer)
	for _, words := range [][]string{{"upgrade", "gpustack", "--version", "v2.2.2"}, {"uninstall", "gpustack"}, {"install", "gpustack", "--port", "8080"}} {
		if a := b.must(1, words...); !strings.Contains(a.stderr, "newer safeport") {
			t.Errorf("why nothing is done is not told: %s", a.stderr)
		}
	}
	b.holds(path, newer)
	b.serves("80", "v2.2.1")
}

// A pending change to a release that is in no journal and nowhere else leads to no internal error.
func TestPendingChangeToNothing(t *testing.T) {
	b := newBench(t)
	b.must(0, "install", "gpustack", "--version", "v2.2.1")
	path := filepath.Join(b.state, "gpustack.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var record journal.Record
	if err := json.Unmarshal(text, &record); err != nil {
		t.Fatal(err)
	}
	record.Sum, record.Pending = "", &journal.Pending{Action: journal.Upgrade, From: 1, To: 7, Step: journal.StepWait, Since: time.Now()}
	if text, err = json.Marshal(record); err != nil {
		t.Fatal(err)
	}
	b.write(path, string(text))
	b.must(0, "upgrade", "gpustack", "--version", "v2.2.2")
	b.serves("80", "v2.2.2")
	b.wantContainers(map[string]container.ContainerState{"gpustack": "running", "gpustack-r1": "exited"})
}
