package release_test

import (
	"bytes"
	"os/exec"
	"testing"

	"github.com/moby/moby/api/types/container"

	"github.com/safeport/safeport/lab"
)

// Several installations that choose their ports at the same moment choose the same one. Who is late chooses another.
func TestPortsThatAreChosenTogether(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	var runs []*exec.Cmd
	var said [3]bytes.Buffer
	want := map[string]container.ContainerState{}
	for i, name := range []string{"one", "two", "three"} {
		run := b.command("install", "gpustack", "--name", name, "--port", "auto", "--version", "v2.2.1")
		run.Stdout, run.Stderr = &said[i], &said[i]
		if err := b.Do(run.Start); err != nil {
			t.Fatal(err)
		}
		runs, want[name] = append(runs, run), container.StateRunning
	}
	for i, run := range runs {
		if err := run.Wait(); err != nil {
			t.Errorf("%v\n%s", err, &said[i])
		}
	}
	b.wantContainers(want)
}
