package release_test

import (
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/lab"
)

// Somebody takes the port when it was checked and before it is bound: in the moment between the two that nobody can close.
func TestPortTakenAfterTheCheck(t *testing.T) {
	b := newBench(t)
	b.must(0, "install", "gpustack", "--version", "v2.2.1")
	taken := func() { // while the old one is being stopped
		end, err := b.TryStandin(t, lab.Process{Name: "nginx", Args: []string{"serve", "tcp::8080"}})
		if err != nil {
			t.Error(err)
			return
		}
		t.Cleanup(end)
	}
	a := b.during(journal.StepStop, taken, "upgrade", "gpustack", "--port", "8080")
	if a.status != 4 || !strings.Contains(a.stderr, "nginx") {
		t.Errorf("status %d, and who slipped in is not named:\n%s", a.status, a.stderr)
	}
	b.serves("80", "v2.2.1")
	b.wantContainers(alone)
}

// during runs safeport, holds it when the journal names the step, and lets it go on after something else has happened.
func (b *bench) during(step journal.StepKind, happens func(), words ...string) answer {
	b.Helper()
	return b.met(step, func() (answer, bool) { return b.held(step, happens, words...) })
}

// held is one try. It says whether the step was seen.
func (b *bench) held(step journal.StepKind, happens func(), words ...string) (answer, bool) {
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
	if err := run.Process.Signal(syscall.SIGSTOP); err != nil {
		b.Fatal(err)
	}
	happens()
	if err := run.Process.Signal(syscall.SIGCONT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		b.Fatal(err)
	}
	<-run.ended // its status is in the answer
	a := run.answer()
	b.Logf("safeport %s: status %d\n%s%s", strings.Join(words, " "), a.status, a.stderr, a.stdout)
	return a, true
}

// met tries until what happens to an upgrade meets the step: on a busy machine a short one may be over before it is seen. The
// upgrade is made then, and is taken back.
func (b *bench) met(step journal.StepKind, try func() (answer, bool)) answer {
	b.Helper()
	for range 5 {
		a, seen := try()
		if seen {
			return a
		}
		if a.status != 0 {
			b.Fatalf("it failed before the step %s was seen: status %d\n%s", step, a.status, a.stderr)
		}
		b.must(0, "rollback", "gpustack")
	}
	b.Fatalf("the step %s was never seen", step)
	return answer{}
}

// Of two runs at once one waits, is told for whom, and finds what the other has made.
func TestTwoRunsAtOnce(t *testing.T) {
	b := newBench(t)
	first := make(chan answer, 1)
	go func() { first <- b.run("install", "gpustack", "--version", "v2.2.7") }()
	for b.pending() == nil {
		time.Sleep(time.Millisecond)
	}
	second := b.must(0, "install", "gpustack", "--version", "v2.2.7")
	if !strings.Contains(second.stderr, "is being changed by") || !strings.Contains(second.stdout, "nothing to change") {
		t.Errorf("the second run was not told:\n%s%s", second.stderr, second.stdout)
	}
	if a := <-first; a.status != 0 {
		t.Errorf("the first run: status %d\n%s", a.status, a.stderr)
	}
	b.serves("80", "v2.2.7")
	b.wantContainers(alone)

	// Nothing that a killed run leaves keeps the next one out.
	b.killed(syscall.SIGKILL, journal.StepStop, 0, "upgrade", "gpustack", "--version", "v2.2.2")
	if _, err := os.Stat(b.Path("state", "gpustack.lock")); err != nil {
		t.Error(err)
	}
	b.must(0, "upgrade", "gpustack", "--version", "v2.2.2")
}
