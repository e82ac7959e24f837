package release_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/release/journal"
)

// pending is what the journal says is under way; nil when nothing is.
func (b *bench) pending() *journal.Pending {
	data, err := os.ReadFile(filepath.Join(b.state, cmp.Or(b.instance, "gpustack")+".json"))
	if err != nil {
		return nil
	}
	var r journal.Record
	if err := json.Unmarshal(data, &r); err != nil {
		b.Errorf("the journal is not whole: %v", err)
	}
	return r.Pending
}

// journalWritten tells each time that the journal is written or removed, at once: some steps take a few milliseconds, which to
// look now and then would miss on a busy machine.
func (b *bench) journalWritten() (written <-chan struct{}, stop func()) {
	b.Helper()
	if err := os.MkdirAll(b.state, 0o700); err != nil {
		b.Fatal(err)
	}
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := unix.InotifyAddWatch(fd, b.state, unix.IN_MOVED_TO|unix.IN_DELETE); err != nil {
		b.Fatal(err)
	}
	events, told := os.NewFile(uintptr(fd), "inotify"), make(chan struct{}, 1)
	go func() {
		for buf := make([]byte, 4096); ; {
			if _, err := events.Read(buf); err != nil {
				return // closed
			}
			select {
			case told <- struct{}{}:
			default: // whoever is told will see this too
			}
		}
	}()
	return told, func() { events.Close() }
}

// launched is safeport while it runs, and its journal is watched.
type launched struct {
	*exec.Cmd
	stdout, stderr bytes.Buffer
	written        <-chan struct{}
	ended          chan error
}

// launch starts safeport. To stop is to watch its journal no more.
func (b *bench) launch(words ...string) (l *launched, stop func()) {
	b.Helper()
	l = &launched{Cmd: b.command(words...), ended: make(chan error, 1)}
	l.Stdout, l.Stderr = &l.stdout, &l.stderr
	l.written, stop = b.journalWritten()
	if err := b.Do(l.Start); err != nil {
		b.Fatal(err)
	}
	go func() { l.ended <- l.Wait() }()
	return l, stop
}

// answer is what it wrote, when it has ended.
func (l *launched) answer() answer {
	return answer{l.ProcessState.ExitCode(), l.stdout.String(), l.stderr.String()}
}

// killed runs safeport and sends it a signal some time after the journal names the step. It returns what safeport wrote;
// hit says whether the signal met it after that. To prune is no step of the journal: what was committed is not pending.
func (b *bench) killed(signal syscall.Signal, step journal.StepKind, delay time.Duration, words ...string) (a answer, hit bool) {
	b.Helper()
	run, stop := b.launch(words...)
	defer stop()
	for begun := false; ; {
		select {
		case <-run.ended:
			a = run.answer()
			return a, hit && (signal != syscall.SIGKILL || a.status < 0) // or it had ended before
		case <-run.written:
		}
		p := b.pending()
		begun = begun || p != nil
		if !hit && (p != nil && p.Step == step || p == nil && begun && step == journal.StepPrune) {
			hit = true
			time.Sleep(delay)
			if err := run.Process.Signal(signal); err != nil && err != os.ErrProcessDone {
				b.Error(err)
			}
		}
	}
}
