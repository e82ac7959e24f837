package release_test

import (
	"errors"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/lab"
)

// fill writes a file until the file system has no room left.
func fill(b *bench, dir string) {
	f, err := os.Create(b.Path(dir, "filler"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 4096); ; {
		if _, err := f.Write(block); errors.Is(err, unix.ENOSPC) {
			return
		} else if err != nil {
			b.Fatal(err)
		}
	}
}

func clear(b *bench, dir string) {
	if err := os.Remove(b.Path(dir, "filler")); err != nil {
		b.Fatal(err)
	}
}

func TestNoRoomForTheJournal(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	if err := b.SmallDisk("state", "4m"); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(b.state, 0o700); err != nil { // a new file system is open to all
		t.Fatal(err)
	}
	full := fault{
		args:    []string{"--no-backup"},
		happens: func(b *bench) { fill(b, "state") }, mend: func(b *bench) { clear(b, "state") }, says: []string{"no space left on device"},
	}
	before, middle := full, full
	before.name, before.status = "the disk of the journal is full", []int{3}
	middle.name, middle.status = "the disk of the journal becomes full", []int{5}
	b.suffer(append([]fault{before}, middle.at(short([]journal.StepKind{journal.StepStop}, []journal.StepKind{
		journal.StepImages, journal.StepCreate, journal.StepStop, journal.StepStart, journal.StepWait, journal.StepSoak,
	})...)...)...)
}

// images are of a registry, which does not always send them whole.
func TestImagesThatDoNotCome(t *testing.T) {
	lab.Long(t)
	b := newBenchOn(t, lab.EngineOptions{Disk: "100m", Args: []string{"--max-download-attempts=1"}})
	var breaks atomic.Bool
	registry := b.StartRegistry(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if breaks.Load() && strings.Contains(r.URL.Path, "/blobs/") {
				w = &breaking{ResponseWriter: w, left: 100_000}
			}
			next.ServeHTTP(w, r)
		})
	})
	image := func(tag string, made lab.Image) string {
		t.Helper()
		ref := registry.Addr + "/mirror/gpustack/gpustack:" + tag
		if err := registry.Push(t.Context(), ref, made); err != nil {
			t.Fatal(err)
		}
		return ref
	}
	good, big, foreign := lab.GPUStack("v2.2.2"), lab.GPUStack("v2.2.2"), lab.GPUStack("v2.2.2")
	good.Env = append(good.Env, "STANDIN_DATA=1")
	good.Ballast, big.Ballast, foreign.Machine = 1_000_000, 120_000_000, "riscv64"
	from := func(ref string) []string { return []string{"--image", ref} }
	words := []string{"upgrade", "gpustack", "--port", "8080"}
	b.must(0, "install", "gpustack", "--version", "v2.2.1")
	for _, tt := range []fault{
		{name: "another machine's", args: from(image("foreign", foreign)), says: []string{"is for riscv64, but this host is"}},
		{name: "more than the disk has room for", args: from(image("big", big)), says: []string{"no space left on device"}},
		{name: "broken off", args: from(image("v2.2.2", good)), happens: func(*bench) { breaks.Store(true) }, says: []string{"pulling image"}},
	} {
		if tt.happens != nil {
			tt.happens(b)
		}
		tt.status = []int{1}
		before := b.inspect("gpustack").State.StartedAt
		b.stands(tt, b.run(append(words, tt.args...)...), sites[0], sites[1])
		b.wantContainers(alone)
		if b.inspect("gpustack").State.StartedAt != before {
			t.Errorf("%s: what serves was touched", tt.name)
		}
	}
	breaks.Store(false)
	b.must(0, append(words, from(registry.Addr+"/mirror/gpustack/gpustack:v2.2.2")...)...)
	b.serves("8080", "v2.2.2")
}

// breaking is an answer whose connection is closed in the middle of what it promised.
type breaking struct {
	http.ResponseWriter
	left int
}

func (b *breaking) Write(p []byte) (int, error) {
	if len(p) > b.left {
		b.ResponseWriter.Write(p[:b.left])
		panic(http.ErrAbortHandler)
	}
	b.left -= len(p)
	return b.ResponseWriter.Write(p)
}
