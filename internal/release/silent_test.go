package release_test

import (
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
)

// A container that did not answer before the change cannot be proven to serve after its undoing, and is not waited for.
func TestUndoDoesNotWaitForWhatDidNotAnswerBefore(t *testing.T) {
	b := newBench(t)
	b.startByHand(container.Config{Env: []string{"STANDIN_TROUBLE=503"}}, container.HostConfig{Mounts: data}) // answers with 503
	began := time.Now()
	a := b.must(4, "upgrade", "gpustack", "--version", "v2.2.2", "--wait", "5s")
	if !strings.Contains(a.stderr, "is running as before; it wasn't healthy then either") {
		t.Errorf("what stands is not said: %s", a.stderr)
	}
	if took := time.Since(began); took > 3*time.Minute { // of the ten that the definition gives
		t.Errorf("the undo took %s", took)
	}
	b.wantContainers(alone)
}
