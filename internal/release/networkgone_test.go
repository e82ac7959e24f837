package release_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/safeport/safeport/lab"
)

// The network of an older revision is removed with all that no running container is on ("docker network prune"). Its containers can't be started
// without it, nor with another one of its name: what serves goes on.
func TestRollbackWithoutItsNetworkIsRefused(t *testing.T) {
	b, dir, _ := newStore(t)
	file := filepath.Join(dir, "compose.yaml")
	text := strings.Replace(store, "    depends_on: [db]\n", "    networks: [inner]\n", 1) + "networks: {inner: {}, outer: {}}\n"
	b.write(file, text)
	b.must(0, "install", dir)
	b.write(file, strings.Replace(text, "[inner]", "[outer]", 1))
	b.must(0, "upgrade", "store")
	b.shell(0, "docker -H "+b.endpoint+" network prune -f")
	started := b.inspect("store-r2-app-1").State.StartedAt
	for _, then := range []string{"true", "docker -H " + b.endpoint + " network create store_inner"} {
		b.shell(0, then)
		if a := b.must(1, "rollback", "store"); !strings.Contains(a.stderr, "network store_inner") {
			t.Errorf("what is gone is not said: %s", a.stderr)
		}
	}
	if now := b.inspect("store-r2-app-1").State.StartedAt; now != started {
		t.Errorf("what serves was stopped: started at %s, and before at %s", now, started)
	}
	b.write(file, text)
	b.must(0, "upgrade", "store")
}

// A container that an upgrade drops leaves a volume without a name, which no container has any more when its revision is removed. That is said.
func TestUnnamedVolumeOfADroppedContainerIsNamed(t *testing.T) {
	lab.Long(t)
	b, dir, _ := newStore(t)
	file := filepath.Join(dir, "compose.yaml")
	text := strings.Replace(store, `command: ["tcp::81"]`, "command: [\"tcp::81\"]\n    volumes: [/scratch]\n    scale: 2", 1)
	b.write(file, text)
	b.must(0, "install", dir)
	dropped := b.inspect("store-r1-job-2").Mounts[0].Name
	text = strings.Replace(text, "scale: 2", "scale: 1", 1)
	b.write(file, text)
	b.must(0, "upgrade", "store")
	b.write(file, strings.Replace(text, "8000:80", "8001:80", 1))
	if a := b.must(0, "upgrade", "store"); !strings.Contains(a.stderr, dropped) {
		t.Errorf("that volume %s is left is not said: %s", dropped, a.stderr)
	}
}
