package release_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/moby/moby/api/types/container"

	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/lab"
)

// adoption is an upgrade of a container that was started by hand.
const adoption journal.Action = "adoption"

// cut is a journal that is damaged after a kill: how much of it and of its copy is left, in sixteenths; -1: it is gone.
type cut struct{ journal, copy int }

func (c cut) String() string { return fmt.Sprintf("%d+%d of 16", c.journal, c.copy) }

const whole = 16

func (b *bench) cut(c cut) {
	b.Helper()
	path := filepath.Join(b.state, "gpustack.json")
	for name, left := range map[string]int{path: c.journal, path + ".copy": c.copy} {
		info, err := os.Stat(name)
		switch {
		case os.IsNotExist(err), left == whole:
		case err != nil:
			b.Fatal(err)
		case left < 0:
			if err := os.Remove(name); err != nil {
				b.Fatal(err)
			}
		default:
			if err := os.Truncate(name, info.Size()*int64(left)/whole); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// A journal may be cut short while a change is under way, as by a disk that fails: then its copy, or the labels and the containers,
// are enough to finish or undo, whatever is asked next.
func TestJournalCutShort(t *testing.T) {
	lab.Long(t)
	t.Parallel()
	type place struct {
		action journal.Action
		step   journal.StepKind
	}
	var places []place
	for action, of := range map[journal.Action][]journal.StepKind{
		journal.Install: stepsOf[journal.Install], journal.Upgrade: stepsOf[journal.Upgrade], journal.Rollback: stepsOf[journal.Rollback],
		adoption: stepsOf[journal.Upgrade], journal.Uninstall: stepsOf[journal.Uninstall], purge: stepsOf[purge],
	} {
		for _, step := range of {
			if step != journal.StepPrune {
				places = append(places, place{action, step})
			}
		}
	}
	var cuts []cut
	for n := range whole {
		cuts = append(cuts, cut{n, whole}, cut{n, n})
	}
	cuts = append(cuts, cut{-1, -1})
	nexts := []string{"same", "upgrade", "rollback", "install", "uninstall", "uninstall --purge"}

	places = short([]place{
		{journal.Upgrade, journal.StepPromote}, {adoption, journal.StepRetire}, {purge, journal.StepRemove},
		{journal.Install, journal.StepStart}, {journal.Upgrade, journal.StepBackup}, {journal.Upgrade, journal.StepWait},
		{journal.Rollback, journal.StepRestore}, {journal.Rollback, journal.StepPromote}, {adoption, journal.StepCheck},
		{journal.Uninstall, journal.StepStop},
	}, places)
	cuts = short([]cut{{7, whole}, {-1, -1}}, cuts)
	for i, p := range places {
		for j, c := range cuts {
			for k, next := range nexts {
				// Each place and each cut with another next; where nothing is left of the journal, with all.
				if !(torture && c.journal < 0) && (j+i+k)%len(nexts) != 0 {
					continue
				}
				t.Run(fmt.Sprintf("%s, %s, %s, then %s", p.action, p.step, c, next), func(t *testing.T) {
					newBench(t).cutAt(p.action, p.step, c, next)
				})
			}
		}
	}
}

// cutAt kills an action at a step, cuts the journal, and gives a command.
func (b *bench) cutAt(action journal.Action, step journal.StepKind, c cut, next string) {
	b.Helper()
	kept, words := "", map[journal.Action][]string{
		journal.Install: {"install", "gpustack", "--version", "v2.2.1"}, journal.Upgrade: {"upgrade", "gpustack", "--version", "v2.3.0", "--port", "8080"},
		journal.Rollback: {"rollback", "gpustack", "--restore"}, adoption: {"upgrade", "gpustack", "--version", "v2.2.2", "--port", "8080"},
		journal.Uninstall: {"uninstall", "gpustack"}, purge: {"uninstall", "gpustack", "--purge", "--yes"},
	}[action]
	switch action {
	case journal.Install:
	case adoption:
		b.startByHand(container.Config{}, container.HostConfig{
			Mounts: data, RestartPolicy: container.RestartPolicy{Name: container.RestartPolicyUnlessStopped},
		})
		b.eventually("9090", "v2.2.1")
	default:
		b.must(0, "install", "gpustack", "--version", "v2.2.1")
		kept = b.mark()
		if action == journal.Rollback {
			b.must(0, "upgrade", "gpustack", "--version", "v2.3.0", "--port", "8080")
		}
	}
	if _, hit := b.killed(syscall.SIGKILL, step, 0, words...); !hit {
		b.Skipf("the step %s was not seen", step) // on a busy machine a short one passes unseen
	}
	b.cut(c)
	wants := []int{0}
	if next == "same" {
		next = ""
		if action == journal.Rollback {
			wants = []int{0, 1} // it may be finished, and then there is nothing to go back to
		}
	} else {
		words = map[string][]string{
			"upgrade": {"upgrade", "gpustack", "--version", "v2.3.0"}, "rollback": {"rollback", "gpustack", "--restore"},
			"install": {"install", "gpustack", "--version", "v2.2.3"}, "uninstall": {"uninstall", "gpustack"},
			"uninstall --purge": {"uninstall", "gpustack", "--purge", "--yes"},
		}[next]
		wants = []int{0, 1}
	}
	b.run("status")
	a := b.run(words...)
	b.Logf("safeport %s: status %d\n%s%s", strings.Join(words, " "), a.status, a.stderr, a.stdout)
	if !slices.Contains(wants, a.status) {
		b.Fatalf("status %d, want one of %v", a.status, wants)
	}
	removing := strings.HasPrefix(strings.Join(words, " "), "uninstall")
	purging := slices.Contains(words, "--purge")
	began := action == journal.Install || action == journal.Uninstall || action == purge // nothing need serve after it
	if p := b.pending(); p != nil {
		b.Errorf("still pending: %s", p)
	}
	if kept != "" && !purging && action != purge {
		if _, err := os.Stat(kept); err != nil {
			b.Errorf("data is lost: %v", err)
		}
	}
	serves := ""
	for _, port := range []string{"80", "8080", "9090"} {
		if v := b.version(port); v != "" {
			serves += v
		}
	}
	stopped := action == journal.Rollback && (step == journal.StepStop || step == journal.StepBackup) && c.copy < whole && a.status == 1 // as by hand
	if serves == "" && !removing && !began && !stopped {
		b.Errorf("nobody serves: %v", b.containers())
	}
	if a.status == 0 && !removing && !strings.HasPrefix(serves, "v") {
		b.Errorf("it says that it is done, and nobody serves: %v", b.containers())
	}
	if want := "v2.3.0"; a.status == 0 && words[0] == "upgrade" && slices.Contains(words, want) && serves != want {
		b.Errorf("%s serves after the upgrade to %s", serves, want)
	}
	if a.status == 0 && removing && len(b.containers()) > 0 && action != adoption {
		b.Errorf("containers are left: %v", b.containers())
	}
	if action == adoption && b.containers()["gpustack"] == container.StateRunning && b.pending() == nil && serves == "v2.2.1" {
		return // it is its user's own again, and safeport does not remove it
	}
	b.must(0, "uninstall", "gpustack", "--purge", "--yes")
	if action != adoption { // its volume is its user's
		b.wantNothing()
	}
}
