package release_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"safeport/internal/release"
	"safeport/lab"
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
	a := b.during(release.StepStop, taken, "upgrade", "gpustack", "--port", "8080")
	if a.status != 4 || !strings.Contains(a.stderr, "nginx") {
		t.Errorf("status %d, and who slipped in is not named:\n%s", a.status, a.stderr)
	}
	b.serves("80", "v2.2.1")
	b.wantContainers(alone)
}

// during runs safeport, holds it when the journal names the step, and lets it go on after something else has happened.
func (b *bench) during(step release.StepKind, happens func(), words ...string) answer {
	b.Helper()
	cmd := b.command(words...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	written, stop := b.journalWritten()
	defer stop()
	if err := b.Do(cmd.Start); err != nil {
		b.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	for p := b.pending(); p == nil || p.Step != step; p = b.pending() {
		select {
		case <-done:
			b.Fatalf("it ended before the step %s was seen: %s", step, stderr.String())
		case <-written:
		}
	}
	if err := cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		b.Fatal(err)
	}
	happens()
	if err := cmd.Process.Signal(syscall.SIGCONT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		b.Fatal(err)
	}
	<-done // its status is in the answer
	a := answer{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
	b.Logf("safeport %s: status %d\n%s%s", strings.Join(words, " "), a.status, a.stderr, a.stdout)
	return a
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
	b.killed(syscall.SIGKILL, release.StepStop, 0, "upgrade", "gpustack", "--version", "v2.2.2")
	if _, err := os.Stat(b.Path("state", "gpustack.lock")); err != nil {
		t.Error(err)
	}
	b.must(0, "upgrade", "gpustack", "--version", "v2.2.2")
}
