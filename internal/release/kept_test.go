package release_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/docker/compose/v5/pkg/api"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/lab"
)

// running are the containers that run, by service and number, each with the time of its start.
func (f *farmer) running() map[string]string {
	f.Helper()
	list, err := f.engine.ContainerList(context.Background(), client.ContainerListOptions{})
	if err != nil {
		f.Fatal(err)
	}
	found := map[string]string{}
	for _, c := range list.Items {
		found[c.Labels[api.ServiceLabel]+" "+c.Labels[api.ContainerNumberLabel]] = c.ID + " " + f.inspect(c.ID).State.StartedAt
	}
	return found
}

// changed are those services of which before and after are not the same containers, or that were started anew.
func changed(before, after map[string]string) (names []string) {
	for name, id := range after {
		if before[name] != id {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// An upgrade makes those services anew that have changed. The others run on, the same containers, over upgrades and back.
func TestUnchangedServicesKeepRunning(t *testing.T) {
	lab.Long(t)
	f := newFarmer(t, &killings{})
	is := farming{"8000", "1", "1", "1"}
	f.write(f.path, is.file())
	f.must(0, "install", f.path)
	f.whole(is)
	step := func(edit func(*farming), want []string, words ...string) {
		t.Helper()
		edit(&is)
		f.write(f.path, is.file())
		before := f.running()
		a := f.must(0, words...)
		f.whole(is)
		f.serves(is.port, is.app)
		if got := changed(before, f.running()); !slices.Equal(got, want) {
			t.Errorf("%v: new are %v, want %v\n%s", words, got, want, a.stderr)
		}
		if rest := f.leftovers(); rest != "" {
			t.Errorf("%v: leftovers: %s", words, rest)
		}
	}
	is.port = "8001"
	f.write(f.path, is.file())
	a := f.must(0, "upgrade", "farm", "--dry-run")
	if want := "Stop farm-r1-app-1, farm-r1-migrate-1; unchanged containers keep running: farm-r1-db-1, farm-r1-worker-1, farm-r1-worker-2"; !strings.Contains(a.stdout+a.stderr, want) {
		t.Errorf("a dry run does not say %q:\n%s%s", want, a.stdout, a.stderr)
	}
	if want := "service migrate is unchanged but is recreated: it isn't running"; !strings.Contains(a.stdout+a.stderr, want) {
		t.Errorf("a dry run does not say %q:\n%s%s", want, a.stdout, a.stderr)
	}
	step(func(*farming) {}, []string{"app 1"}, "upgrade", "farm")
	step(func(x *farming) { x.worker = "2" }, []string{"worker 1", "worker 2"}, "upgrade", "farm")
	step(func(x *farming) { x.port = "8002" }, []string{"app 1"}, "upgrade", "farm")
	step(func(x *farming) { x.port = "8001" }, []string{"app 1"}, "rollback", "farm")
	step(func(x *farming) { x.db = "2" }, []string{"db 1"}, "upgrade", "farm")
	step(func(x *farming) { x.db = "1" }, []string{"db 1"}, "rollback", "farm")
	step(func(x *farming) { x.db = "2" }, []string{"db 1"}, "upgrade", "farm")

	// The journal is lost: the labels say which containers the release has.
	f.forget()
	step(func(x *farming) { x.app = "2" }, []string{"app 1", "db 1", "worker 1", "worker 2"}, "upgrade", f.path)
	step(func(x *farming) { x.port = "8003" }, []string{"app 1"}, "upgrade", "farm")
	f.forget()
	if rest := f.leftovers(); rest != "" {
		t.Errorf("without a journal: leftovers: %s", rest)
	}
	step(func(x *farming) { x.port = "8001" }, []string{"app 1"}, "rollback", f.path)
	f.must(0, "uninstall", "farm", "--purge", "--yes")
	f.wantContainers(nil)
	f.wantVolumes()
}

// leftovers are what "status" says of runs that were broken off.
func (f *farmer) leftovers() string {
	f.Helper()
	var st struct {
		Instances []struct {
			Leftovers json.RawMessage
			Pending   *string
		}
	}
	a := f.run("status", f.path, "-o", "json")
	if err := json.Unmarshal([]byte(a.stdout), &st); err != nil {
		f.Fatal(err)
	}
	if len(st.Instances) != 1 {
		return "instances: " + a.stdout
	}
	if p := st.Instances[0].Pending; p != nil {
		return *p
	}
	return string(st.Instances[0].Leftovers)
}

// forget removes the journal.
func (f *farmer) forget() {
	f.Helper()
	for _, name := range []string{"farm.json", "farm.json.copy"} {
		if err := os.Remove(filepath.Join(f.state, name)); err != nil {
			f.Fatal(err)
		}
	}
}

// A change of some services is killed, and its journal is lost. What the other services have runs on, and the change is finished or undone.
func TestKilledWithoutItsJournalKeepsWhatDidNotChange(t *testing.T) {
	lab.Long(t)
	upgrades := short([]journal.StepKind{journal.StepCreate, journal.StepPromote, journal.StepSoak}, steps)
	backs := short([]journal.StepKind{journal.StepStop, journal.StepStart}, stepsOf[journal.Rollback])
	f := newFarmer(t, &killings{})
	is := farming{"8000", "1", "1", "1"}
	f.write(f.path, is.file())
	f.must(0, "install", f.path)
	f.whole(is)
	port := func() {
		is.port = map[string]string{"8000": "8001", "8001": "8000"}[is.port]
		f.write(f.path, is.file())
	}
	alone := func() {
		t.Helper()
		if a, b := f.version("8000"), f.version("8001"); a+b != is.app {
			t.Errorf("on 8000 answers %q, on 8001 %q", a, b)
		}
	}
	lose := func(step journal.StepKind, words ...string) {
		t.Helper()
		kept := f.running()
		_, hit := f.killed(syscall.SIGKILL, step, 0, words...)
		f.forget()
		now := f.running()
		for _, name := range []string{"db 1", "worker 1", "worker 2"} {
			if now[name] != kept[name] {
				t.Errorf("%v killed at %s: %s is %s and was %s", words, step, name, now[name], kept[name])
			}
		}
		a := f.run("status", f.path)
		t.Logf("%v killed at %s (%t): %s%s", words, step, hit, a.stdout, a.stderr)
	}
	for _, step := range upgrades {
		port()
		lose(step, "upgrade", "farm")
		a := f.must(0, "upgrade", f.path) // labels don't tell which file was named
		t.Log(a.stderr)
		f.whole(is)
		f.serves(is.port, is.app)
		port()
		f.must(0, "upgrade", f.path) // so that there is a journal that knows what the file said
		f.whole(is)
		f.serves(is.port, is.app)
		alone()
	}
	for _, step := range backs {
		port()
		f.must(0, "upgrade", f.path)
		lose(step, "rollback", "farm")
		a := f.run("rollback", f.path)
		t.Logf("status %d: %s", a.status, a.stderr)
		if a.status != 0 && a.status != 1 { // it may be finished, and then there is nothing to go back to
			t.Errorf("rollback at %s: status %d", step, a.status)
		}
		f.whole(is)
		alone()
		f.must(0, "upgrade", f.path)
		f.serves(is.port, is.app)
	}
	f.must(0, "uninstall", "farm", "--purge", "--yes")
	f.wantContainers(nil)
}
