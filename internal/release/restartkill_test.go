package release_test

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/moby/moby/api/types/container"

	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/lab"
)

// docker is the usual engine, as a way.
var docker = way{"Docker", func(t *testing.T, h *lab.Host) *lab.Engine { return h.StartEngine(t, lab.EngineOptions{}) }, lab.Root, "80", "8080", 70}

func (b *bench) restarts() {
	if err := b.engine.Stop(); err != nil {
		b.Error(err)
	}
	b.engineStarts()
}

// reached launches safeport and returns when the journal names the step; seen is false if it has ended before.
func (b *bench) reached(step journal.StepKind, words ...string) (run *launched, stop func(), seen bool) {
	b.Helper()
	run, stop = b.launch(words...)
	for p := b.pending(); p == nil || p.Step != step; p = b.pending() {
		select {
		case <-run.ended:
			run.ended <- nil
			return run, stop, false
		case <-run.written:
		}
	}
	return run, stop, true
}

// The engine is restarted, as by systemctl, and safeport is killed, one before the other or the other before the one. Two who give the same
// command then, at once, both get what they asked for.
func TestEngineIsRestartedAndSafeportIsKilled(t *testing.T) {
	lab.Long(t)
	t.Parallel()
	orders := map[string]func(b *bench, run *launched){
		"the engine first": func(b *bench, run *launched) {
			if err := b.engine.Stop(); err != nil {
				b.Error(err)
			}
			run.kill()
			b.engineStarts()
		},
		"safeport first": func(b *bench, run *launched) {
			run.kill()
			b.restarts()
		},
	}
	for _, w := range []way{rootful, docker} {
		for _, step := range short([]journal.StepKind{journal.StepWait, journal.StepStop}, longSteps) {
			for order, happens := range orders {
				t.Run(fmt.Sprintf("%s, %s, %s", w.name, step, order), func(t *testing.T) {
					b := newBenchOf(t, w)
					b.must(0, "install", "gpustack", "--version", "v2.2.1")
					kept := b.mark()
					words := []string{"upgrade", "gpustack", "--version", "v2.2.2", "--port", "8080"}
					run, stop, seen := b.reached(step, words...)
					defer stop()
					if !seen {
						t.Skipf("the step %s was not seen", step)
					}
					happens(b, run)
					var both sync.WaitGroup
					answers := make([]answer, 2)
					for i := range answers {
						both.Go(func() { answers[i] = b.run(words...) })
					}
					both.Wait()
					for _, a := range answers {
						if a.status != 0 {
							t.Errorf("status %d\n%s", a.status, a.stderr)
						}
					}
					b.serves("8080", "v2.2.2")
					b.serves("80", "")
					b.isAlone(kept)
				})
			}
		}
	}
}

func (l *launched) kill() {
	_ = l.Process.Kill() // it may have ended
	<-l.ended
}

// isAlone demands that there is the release that serves and at most the one before, and the data, whatever the engine.
func (b *bench) isAlone(kept string) {
	b.Helper()
	if p := b.pending(); p != nil {
		b.Errorf("still pending: %s", p)
	}
	for name, state := range b.containers() {
		if name == "gpustack" != (state == container.StateRunning) {
			b.Errorf("%s is %s", name, state)
		}
	}
	if n := len(b.containers()); n > 2 {
		b.Errorf("%d containers are left: %v", n, b.containers())
	}
	b.wantVolumes("gpustack-data")
	if _, err := os.Stat(kept); err != nil {
		b.Errorf("data is lost: %v", err)
	}
}

// podman.service is restarted in the middle of a change, of which its containers take no notice.
func TestPodmanIsRestarted(t *testing.T) {
	lab.Long(t)
	t.Parallel()
	for _, step := range short([]journal.StepKind{journal.StepWait, journal.StepStop, journal.StepSoak}, longSteps) {
		for _, version := range short([]string{"v2.2.7"}, []string{"v2.2.2", "v2.2.7"}) { // which is slow to start
			t.Run(fmt.Sprintf("%s, %s", step, version), func(t *testing.T) {
				b := newBenchOf(t, rootful)
				b.must(0, "install", "gpustack", "--version", "v2.2.1")
				kept := b.mark()
				a, seen := b.meanwhile(step, b.restarts, "upgrade", "gpustack", "--version", version, "--port", "8080")
				if !seen {
					t.Skipf("the step %s was not seen", step)
				}
				switch {
				case a.status == 0:
					b.serves("8080", version)
				case a.status == 4 && strings.Contains(a.stderr, "is running again"):
					b.serves("80", "v2.2.1")
				default:
					t.Errorf("status %d", a.status)
				}
				b.isAlone(kept)
			})
		}
	}
}
