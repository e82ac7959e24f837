package release_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"

	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/lab"
)

func (b *bench) engineStarts() {
	if err := b.engine.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) engineDies() {
	if err := b.engine.Kill(); err != nil {
		b.Fatal(err)
	}
}

// A change outlives a restart of its engine, or undoes itself when that is over.
func TestEngineRestartsInTheMiddle(t *testing.T) {
	lab.Long(t)
	f := fault{
		name: "the engine is killed and started again", status: []int{0, 4},
		happens: func(b *bench) { b.engineDies(); b.engineStarts() },
	}
	newBench(t).suffer(f.at(short([]journal.StepKind{journal.StepCreate, journal.StepWait}, longSteps)...)...)
}

// A graceful restart, as "systemctl restart docker" makes one, stops the containers, hangs up, and starts again what has a restart
// policy. It meets the change wherever that is by then; so it does when safeport is killed as well, before it or after.
func TestEngineIsRestarted(t *testing.T) {
	lab.Long(t)
	t.Parallel()
	for _, step := range short([]journal.StepKind{journal.StepWait, journal.StepStop, journal.StepSoak}, longSteps) {
		for _, version := range short([]string{"v2.2.7"}, []string{"v2.2.2", "v2.2.7"}) { // which is slow to start
			t.Run(fmt.Sprintf("%s, %s", step, version), func(t *testing.T) {
				b := newBench(t)
				b.must(0, "install", "gpustack", "--version", "v2.2.1")
				kept := b.mark()
				a, seen := b.meanwhile(step, b.restarts, "upgrade", "gpustack", "--version", version, "--port", "8080")
				if !seen {
					t.Skipf("the step %s was not seen", step)
				}
				switch a.status {
				case 0:
					b.serves("8080", version)
				case 4:
					b.serves("80", "v2.2.1")
				default:
					t.Errorf("status %d", a.status)
				}
				b.tidy(kept)
			})
		}
		t.Run(fmt.Sprintf("%s, and safeport is killed", step), func(t *testing.T) {
			b := newBench(t)
			b.must(0, "install", "gpustack", "--version", "v2.2.1")
			kept := b.mark()
			words := []string{"upgrade", "gpustack", "--version", "v2.2.2", "--port", "8080"}
			b.cutOff(step, words...)
			b.restarts()
			b.must(0, words...)
			b.serves("8080", "v2.2.2")
			b.tidy(kept)
		})
	}
}

// meanwhile runs safeport, and makes something happen beside it when the journal names the step.
func (b *bench) meanwhile(step journal.StepKind, happens func(), words ...string) (a answer, seen bool) {
	b.Helper()
	run, stop := b.launch(words...)
	defer stop()
	for p := b.pending(); p == nil || p.Step != step; p = b.pending() {
		select {
		case <-run.ended:
			return run.answer(), false
		case <-run.written:
		}
	}
	happens()
	<-run.ended
	a = run.answer()
	b.Logf("safeport %s: status %d\n%s%s", strings.Join(words, " "), a.status, a.stderr, a.stdout)
	return a, true
}

// An engine that is dead, or that hangs, is told, with what stands, and is not waited for as long as a service
// may take to start.
func TestEngineDies(t *testing.T) {
	lab.Long(t)
	t.Parallel()
	dies := fault{
		name: "the engine is killed", happens: (*bench).engineDies, mend: (*bench).engineStarts, status: []int{5}, within: 3 * time.Minute,
		says: []string{"hasn't responded for 30s", "Start the engine"},
	}
	hangs := dies
	hangs.name = "the engine hangs"
	hangs.happens, hangs.mend = func(b *bench) { b.engine.Hang() }, func(b *bench) { b.engine.Resume() }
	list := slices.Concat(
		dies.at(short([]journal.StepKind{journal.StepWait}, steps[:len(steps)-1])...), // to commit takes no engine
		hangs.at(short([]journal.StepKind{journal.StepCreate}, []journal.StepKind{journal.StepCreate, journal.StepStop, journal.StepWait})...),
	)
	for _, f := range list {
		t.Run(fmt.Sprintf("%s at the step %s", f.name, f.step), func(t *testing.T) {
			newBench(t).suffer(f)
		})
	}
}

// The power fails, and the machine starts again. The engine starts what has a restart policy: that may be one release or
// none, and never two, which would fight for a port and for the data.
func TestPowerCutInTheMiddle(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	f := fault{name: "the power fails", status: []int{-1}}
	f.happens = func(b *bench) {
		if err := b.engine.PowerCut(); err != nil {
			b.Fatal(err)
		}
		b.engineStarts()
		running := 0
		for _, state := range b.containers() {
			if state == container.StateRunning {
				running++
			}
		}
		if running > 1 {
			b.Errorf("after the boot both releases run: %v", b.containers())
		}
		if b.pending() != nil {
			if st := b.status(1).Instances[0]; st.Pending == nil {
				b.Errorf("nothing is pending: %+v", st)
			}
		}
	}
	// Docker 20.10 may keep a port for a container that was being started. A second start of it lets go of that.
	f.mend = func(b *bench) {
		if err := b.engine.Stop(); err != nil {
			b.Fatal(err)
		}
		b.engineStarts()
	}
	b.suffer(f.at(short([]journal.StepKind{journal.StepCreate, journal.StepStop, journal.StepSoak}, longSteps)...)...)
}
