package release_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"

	"safeport/internal/release"
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
	f := fault{
		name: "the engine is killed and started again", status: []int{0, 4},
		happens: func(b *bench) { b.engineDies(); b.engineStarts() },
	}
	newBench(t).suffer(f.at(short([]release.StepKind{release.StepCreate, release.StepWait}, longSteps)...)...)
}

// An engine that is dead, or that hangs, is told within a minute, with what stands; and not waited for as long as a service
// may take to start.
func TestEngineDies(t *testing.T) {
	dies := fault{
		name: "the engine is killed", happens: (*bench).engineDies, mend: (*bench).engineStarts, status: []int{5}, within: 80 * time.Second,
		says: []string{"has not answered for 30s", "start the engine"},
	}
	hangs := dies
	hangs.name = "the engine hangs"
	hangs.happens, hangs.mend = func(b *bench) { b.engine.Hang() }, func(b *bench) { b.engine.Resume() }
	list := slices.Concat(
		dies.at(short([]release.StepKind{release.StepWait}, steps[:len(steps)-1])...), // to commit takes no engine
		hangs.at(short([]release.StepKind{release.StepCreate}, []release.StepKind{release.StepCreate, release.StepStop, release.StepWait})...),
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
	b.suffer(f.at(short([]release.StepKind{release.StepCreate, release.StepStop, release.StepSoak}, longSteps)...)...)
}
