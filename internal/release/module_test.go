package release_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/moby/moby/api/types/container"

	"github.com/safeport/safeport/internal/ansible"
	"github.com/safeport/safeport/lab"
)

// module runs a task of the Ansible module service, as Ansible does on the host.
func (b *bench) module(name, params string) (reply ansible.Reply) {
	b.Helper()
	file := filepath.Join(b.Path(), "task-"+name)
	task := `{"_safeport": {"module": "service", "host": "gpu-07"}, "service": "gpustack", "engine": "` + b.endpoint + `", "state_dir": "` + b.state + `", ` + params + `}`
	if err := os.WriteFile(file, []byte(task), 0o600); err != nil {
		b.Error(err)
	}
	run := b.Command(context.Background(), b.as, []string{"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent"}, b.safeport, ansible.Command, file)
	var out bytes.Buffer
	run.Stdout = &out
	_ = b.Host.Run(run) // the answer says it
	if err := json.Unmarshal(out.Bytes(), &reply); err != nil {
		b.Errorf("%v in %s", err, &out)
	}
	b.Logf("%s: %s", params, &out)
	return reply
}

// together runs tasks at the same moment, and demands that none fails.
func (b *bench) together(tasks ...string) {
	b.Helper()
	var all sync.WaitGroup
	for i, params := range tasks {
		all.Go(func() {
			if reply := b.module(string(rune('a'+i)), params); reply.Failed {
				b.Errorf("%s: %s", params, reply.Msg)
			}
		})
	}
	all.Wait()
}

// Two tasks for one host come to what both ask for, whichever is first: the second finds what the first has made of it.
func TestTwoTasksAtOnce(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	b.must(0, "install", "gpustack", "--version", "v2.2.1")
	b.must(0, "upgrade", "gpustack", "--version", "v2.2.2")
	b.together(`"state": "rolled_back"`, `"state": "rolled_back"`)
	b.serves("80", "v2.2.1")
	b.together(`"state": "absent"`, `"state": "absent"`)
	b.wantContainers(nil)
	b.together(`"version": "v2.2.1"`, `"version": "v2.2.1"`)
	b.serves("80", "v2.2.1")
	for range 2 { // either may be first
		b.together(`"state": "absent"`, `"state": "upgraded", "version": "v2.2.2"`)
	}
	b.module("last", `"state": "upgraded", "version": "v2.2.2"`)
	b.serves("80", "v2.2.2")
	b.wantContainers(map[string]container.ContainerState{"gpustack": container.StateRunning})
}
