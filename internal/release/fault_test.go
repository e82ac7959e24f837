package release_test

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/safeport/safeport/internal/release/journal"
)

// fault is something that happens while an instance that serves is brought to another version on another port. What must
// stand afterwards follows from the exit status: 0, the new one serves; 4, the old one does; 5, it is said what to do, and
// then the same command leads to its end.
type fault struct {
	name    string
	version string           // to which it is brought; empty: one that is well
	args    []string         // beside those of the change
	step    journal.StepKind // it happens when this step has begun; empty: before the command
	happens func(b *bench)
	status  []int         // that are right
	says    []string      // what must be told on stderr when the status is not 0
	within  time.Duration // it must be told in; 0: no matter
	mend    func(b *bench)
	again   int // status of the same command when that was mended
}

// site is what serves, and where.
type site struct{ version, port string }

var sites = [2]site{{"v2.2.1", "80"}, {"v2.2.2", "8080"}}

// suffer makes each of the faults happen, one after the other, and demands that nothing is lost by it.
func (b *bench) suffer(faults ...fault) {
	b.Helper()
	b.must(0, "install", "gpustack", "--version", sites[0].version, "--port", sites[0].port)
	kept := b.mark()
	now, next := sites[0], sites[1]
	for _, f := range faults {
		words := append([]string{"upgrade", "gpustack", "--version", cmp.Or(f.version, next.version), "--port", next.port}, f.args...)
		before := b.inspect("gpustack").ID
		began := time.Now()
		a := b.strike(f, words)
		if took := time.Since(began); f.within > 0 && took > f.within {
			b.Errorf("it took %s to tell that %s", took, f.name)
		}
		b.stands(f, a, now, next)
		if a.status == 3 || a.status == 4 {
			if c := b.inspect("gpustack"); c.ID != before || c.HostConfig.RestartPolicy.Name != "unless-stopped" {
				b.Errorf("after %s the old container is not as it was", f.name)
			}
		}
		if f.mend != nil {
			f.mend(b)
		}
		if a.status != 0 {
			b.must(f.again, words...)
		}
		if a.status == 0 || f.again == 0 {
			now, next = next, now
		}
		b.serves(now.port, now.version)
		b.serves(next.port, "")
		b.tidy(kept)
		if b.Failed() {
			b.Fatalf("that was: %s, at the step %q", f.name, f.step)
		}
	}
}

// strike runs the command and makes the fault happen.
func (b *bench) strike(f fault, words []string) answer {
	b.Helper()
	happens := func() {
		if f.happens != nil {
			f.happens(b)
		}
	}
	if f.step == "" {
		happens()
		return b.run(words...)
	}
	return b.during(f.step, happens, words...)
}

// stands demands the exit status, what is told, and that what is told is so.
func (b *bench) stands(f fault, a answer, now, next site) {
	b.Helper()
	if !slices.Contains(f.status, a.status) {
		b.Errorf("%s, at the step %q: status %d, want one of %v\n%s%s", f.name, f.step, a.status, f.status, a.stderr, a.stdout)
	}
	switch a.status {
	case 0:
		b.serves(next.port, next.version)
		return
	case 3, 4:
		b.serves(now.port, now.version)
		b.serves(next.port, "")
	case -1: // it was killed, too
		return
	}
	switch told := func(text string) bool { return strings.Contains(a.stderr, text) }; {
	case told("is running again"):
		b.serves(now.port, now.version)
	case told("doesn't respond"):
		b.serves(now.port, "")
		b.serves(next.port, "")
	case told("responds at http") && b.version(now.port) != now.version:
		b.serves(next.port, next.version)
	}
	said := map[int]string{3: "Nothing has been changed", 4: "is running again", 5: "rerun the command"}[a.status]
	for _, want := range append(f.says, said) {
		if !strings.Contains(a.stderr, want) {
			b.Errorf("%s, at the step %q: %q is not told:\n%s", f.name, f.step, want, a.stderr)
		}
	}
}

// longSteps are those that are not over before a test on a busy machine sees that they have begun.
var longSteps = []journal.StepKind{
	journal.StepImages, journal.StepCreate, journal.StepStop, journal.StepBackup, journal.StepRetire, journal.StepStart, journal.StepWait, journal.StepSoak,
}

// at makes a fault happen at each of the steps.
func (f fault) at(steps ...journal.StepKind) (list []fault) {
	for _, step := range steps {
		f.step = step
		list = append(list, f)
	}
	return list
}
