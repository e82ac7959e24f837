package real

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/lab"
)

// TestKilled kills safeport with SIGKILL at each step of a real upgrade, once. The next command puts things right: either the old
// version serves, with its data, or the new one.
func TestKilled(t *testing.T) {
	in := prepare(t, "2.2.3", "2.3.0")
	in.must(t, "install", "gpustack", "--version=v2.2.3", "--port=8081")
	in.login(t, 8081)
	for _, step := range []journal.StepKind{
		journal.StepCreate, journal.StepCheck, journal.StepStop, journal.StepBackup, journal.StepRetire, journal.StepPromote,
		journal.StepStart, journal.StepWait, journal.StepSoak, journal.StepCommit,
	} {
		t.Run(string(step), func(t *testing.T) {
			if !in.killedAt(t, step, "upgrade", "gpustack", "--version=v2.3.0") {
				t.Fatal("was not killed there")
			}
			said, status := in.safeport(t, "upgrade", "gpustack", "--port=8081")
			if status != 0 {
				t.Fatalf("status %d: %s", status, said)
			}
			image := in.docker(t, "inspect", "--format", "{{.Config.Image}}", container)
			version := image[strings.LastIndex(image, ":v")+2:]
			in.serves(t, version, 8081)
			if version == "2.3.0" {
				in.must(t, "rollback", "gpustack", "--restore")
				in.serves(t, "2.2.3", 8081)
			}
		})
	}
}

// killedAt runs safeport and kills it when its journal says that a step has begun.
func (in *installation) killedAt(t *testing.T, step journal.StepKind, args ...string) bool {
	t.Helper()
	args = append(args, "--engine="+in.engine.Endpoint, "--state-dir="+in.host.Path("state"), "--yes")
	cmd := in.host.Command(t.Context(), lab.Root, []string{"PATH=" + os.Getenv("PATH")}, append([]string{in.program}, args...)...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := in.host.Do(cmd.Start); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case err := <-ended:
			t.Logf("%s: ended by itself: %v\n%s", step, err, said.String())
			return false
		case <-time.After(time.Millisecond):
		}
		if in.step(t) == step {
			err := cmd.Process.Kill()
			<-ended
			t.Logf("%s: killed\n%s", step, said.String())
			return err == nil
		}
	}
}

// step is the one that a change has begun last; empty if none is under way.
func (in *installation) step(t *testing.T) journal.StepKind {
	t.Helper()
	text, err := os.ReadFile(in.host.Path("state", "gpustack.json"))
	if err != nil {
		t.Fatal(err)
	}
	var r journal.Record
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	if r.Pending == nil {
		return ""
	}
	return r.Pending.Step
}
