package release_test

import (
	"context"
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

	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/lab"
)

// torture makes the tests that break something do so at every step of every change, again and again ("make torture"), and not
// only at those steps that matter most.
var torture = os.Getenv("SAFEPORT_TORTURE") != ""

// short is the one list in "make test" and "make releases", and the other in "make torture".
func short[T any](list, long []T) []T {
	if torture {
		return long
	}
	return list
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
	b.wantNoNetworks()
}

func (b *bench) wantNoNetworks() {
	b.Helper()
	networks, err := b.engine.NetworkList(context.Background(), client.NetworkListOptions{})
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range networks.Items {
		if !slices.Contains([]string{"bridge", "host", "none", others}, n.Name) {
			b.Errorf("network %s is left", n.Name)
		}
	}
}

// The steps of each change. A kill after the commit, while old releases are pruned, is one at the step that follows it.
var (
	steps = []journal.StepKind{
		journal.StepImages, journal.StepPrepare, journal.StepCreate, journal.StepCheck, journal.StepStop, journal.StepBackup,
		journal.StepRetire,
		journal.StepPromote, journal.StepStart, journal.StepWait, journal.StepSoak, journal.StepCommit,
	}
	stepsOf = map[journal.Action][]journal.StepKind{
		journal.Install: slices.DeleteFunc(slices.Clone(steps), func(s journal.StepKind) bool {
			return s == journal.StepStop || s == journal.StepBackup || s == journal.StepRetire
		}),
		journal.Upgrade:   append(slices.Clone(steps), journal.StepPrune),
		journal.Rollback:  append(slices.Clone(steps[3:]), journal.StepRestore, journal.StepPrune),
		journal.Uninstall: {journal.StepStop, journal.StepRemove},
		purge:             {journal.StepStop, journal.StepRemove, journal.StepPurge},
	}
	// fewSteps are those at which most is at stake.
	fewSteps = map[journal.Action][]journal.StepKind{
		journal.Install:   {journal.StepCreate, journal.StepStart, journal.StepSoak},
		journal.Upgrade:   {journal.StepStop, journal.StepPromote, journal.StepStart},
		journal.Rollback:  {journal.StepBackup, journal.StepRestore, journal.StepCommit},
		journal.Uninstall: stepsOf[journal.Uninstall],
		purge:             stepsOf[purge],
	}
)

// purge is an uninstallation that takes the data too.
const purge journal.Action = "uninstall --purge"

// TestKilledChangesHeal kills every change at every step, at a random moment of it. The same command once more leads to
// where it was to lead, and nothing is lost or left.
func TestKilledChangesHeal(t *testing.T) {
	lab.Long(t)
	t.Parallel()
	tried, benches, rounds := fewSteps, 1, 3
	if torture {
		tried, benches, rounds = stepsOf, 4, 16
	}
	var found killings
	t.Run("kills", func(t *testing.T) {
		for first := range benches {
			t.Run(fmt.Sprint(first), func(t *testing.T) {
				b := newBench(t)
				b.settleOthers(t)
				for i := range rounds {
					b.killEach(&found, i%3 == 0, func(action journal.Action) journal.StepKind {
						of := tried[action]
						return of[(first+i*benches)%len(of)]
					})
				}
			})
		}
	})
	t.Logf("what was killed, and what became of it:\n%s", &found)
	if torture {
		for action, of := range tried {
			for _, step := range of {
				if found.at(action, step) == 0 && lasts(step) > instant {
					t.Errorf("%s was not killed at the step %s", action, step)
				}
			}
		}
	}
	if got := len(found.list); got < 4*benches*rounds*2/3 {
		t.Errorf("only %d were killed where they should have been", got)
	}
}

// killEach installs, upgrades, rolls back and purges, and kills each of these once; before it purges it may uninstall, so that
// there is nothing left but data.
func (b *bench) killEach(found *killings, uninstall bool, stepOf func(journal.Action) journal.StepKind) {
	b.Helper()
	old, updated := site{"v2.2.1", "80"}, site{"v2.2.2", "8080"}
	kept := ""
	for _, change := range []struct {
		action       journal.Action
		words        []string
		before, then site
	}{
		{journal.Install, []string{"--version", old.version}, site{}, old},
		{journal.Upgrade, []string{"--version", updated.version, "--port", updated.port}, old, updated},
		{journal.Rollback, []string{"--restore"}, updated, old},
		{journal.Uninstall, nil, old, site{}},
		{purge, []string{"--yes"}, old, site{}},
	} {
		if change.action == journal.Uninstall && !uninstall {
			continue
		}
		words := slices.Concat(strings.Fields(string(change.action)), []string{"gpustack"}, change.words)
		step := stepOf(change.action)
		delay := rand.N(lasts(step))
		_, hit := b.killed(syscall.SIGKILL, step, delay, words...) // on a busy machine a short step can pass unseen
		k := killing{action: change.action, step: step, found: b.standing(change.before, change.then)}
		a := b.run(words...)
		// Killed after it was committed, a rollback has nothing more to go back to.
		if a.status != 0 && !(change.action == journal.Rollback && a.status == 1) {
			b.Fatalf("%s killed %s after the step %s began, and then: status %d\n%s", change.action, delay, step, a.status, a.stderr)
		}
		if k.healedBy = healedBy(a); hit {
			found.add(k)
		}
		switch change.action {
		case journal.Uninstall:
			b.wantContainers(nil)
			b.wantVolumes("gpustack-data")
		case purge:
			b.wantNothing()
		default:
			if change.action == journal.Install {
				kept = b.mark()
			}
			b.serves(change.then.port, change.then.version)
			b.tidy(kept)
		}
		b.wantOthers()
		if other := change.before.port; other != "" && other != change.then.port {
			b.serves(other, "")
		}
		if b.Failed() {
			b.Fatalf("that was: %s killed %s after the step %s began\n%s", change.action, delay, step, a.stderr)
		}
	}
}

// instant is how long a step takes that is one write, after which the run soon ends: it may end before the signal comes.
const instant = time.Millisecond

// lasts is about how long after its beginning a step can be killed. After the last ones the run ends.
func lasts(step journal.StepKind) time.Duration {
	switch step {
	case journal.StepCommit, journal.StepPrune:
		return instant
	case journal.StepPurge:
		return 4 * time.Millisecond
	case journal.StepRemove:
		return 20 * time.Millisecond
	}
	return 80 * time.Millisecond
}

// standing is what a kill leaves: who answers, and whether the journal has something pending.
func (b *bench) standing(before, then site) string {
	who := "nobody answers"
	switch {
	case then.port != "" && b.version(then.port) == then.version:
		who = "the new one answers"
	case before.port != "" && b.version(before.port) == before.version:
		who = "the old one answers"
	}
	if b.pending() == nil {
		who += ", nothing is pending"
	}
	return who
}

func healedBy(a answer) string {
	switch {
	case strings.Contains(a.stderr, "Rolling back an interrupted run"):
		return "undone, then done again"
	case strings.Contains(a.stderr, "was kept"), strings.Contains(a.stderr, "Finishing an interrupted run"):
		return "finished"
	case strings.Contains(a.stderr, "interrupted"):
		return "?"
	}
	return "nothing to heal"
}

// Who loses patience gets the old one back; who loses the terminal gets the new one.
func TestSignals(t *testing.T) {
	b := newBench(t)
	b.must(0, "install", "gpustack", "--version", "v2.2.1")
	kept := b.mark()
	few := []journal.StepKind{journal.StepCreate, journal.StepWait}
	for _, step := range short(few, steps[:len(steps)-1]) { // the commit is one write: it comes too late
		a := b.met(step, func() (answer, bool) {
			return b.killed(syscall.SIGINT, step, 10*time.Millisecond, "upgrade", "gpustack", "--version", "v2.2.2", "--port", "8080")
		})
		if a.status != 130 || !strings.Contains(a.stderr, "Rolled back") {
			t.Errorf("Ctrl-C at the step %s: status %d\n%s", step, a.status, a.stderr)
		}
		b.serves("80", "v2.2.1")
		b.serves("8080", "")
		b.tidy(kept)
	}
	now, next := sites[0], sites[1]
	for _, step := range short(few[:1], steps) {
		a := b.met(step, func() (answer, bool) {
			return b.killed(syscall.SIGHUP, step, 0, "upgrade", "gpustack", "--version", next.version, "--port", next.port)
		})
		if a.status != 0 {
			t.Errorf("SIGHUP at the step %s: status %d\n%s", step, a.status, a.stderr)
		}
		b.serves(next.port, next.version)
		b.serves(now.port, "")
		b.tidy(kept)
		now, next = next, now
	}
	// An uninstallation is not taken back: the same command ends it.
	a, hit := b.killed(syscall.SIGINT, journal.StepStop, 0, "uninstall", "gpustack")
	if !hit || a.status == 0 || !strings.Contains(a.stderr, "can't be rolled back") {
		t.Errorf("Ctrl-C of an uninstallation: status %d\n%s", a.status, a.stderr)
	}
	b.must(0, "uninstall", "gpustack")
	b.wantContainers(nil)
	b.wantVolumes("gpustack-data")
}
