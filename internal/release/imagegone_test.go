package release_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/safeport/safeport/lab"
)

// Somebody has removed the image of a container by force. What is there can still be left, and gone back from; only what would be made
// anew of it is refused.
func TestImageThatIsGone(t *testing.T) {
	lab.Long(t)
	b, dir, is := newStore(t)
	is("8000")
	b.must(0, "install", dir)
	b.tags("app:2")
	newer := strings.ReplaceAll(strings.Replace(store, "8000:80", "8001:80", 1), "app:1", "app:2")
	b.write(filepath.Join(dir, "compose.yaml"), newer)
	b.must(0, "upgrade", "store")
	b.shell(0, "docker -H "+b.endpoint+" rmi -f app:1")
	b.must(0, "rollback", "store")
	b.runs("store-r1-app-1")
	if a := b.must(1, "upgrade", "store"); !strings.Contains(a.stderr, "the image of container store-r1-app-1 was removed") {
		t.Errorf("why it can't be upgraded is not said: %s", a.stderr)
	}
	b.runs("store-r1-app-1")
	b.must(0, "status")
	b.must(0, "export", "store")
	b.must(0, "uninstall", "store")
	b.wantContainers(nil)
	b.must(0, "install", dir)
	b.wantVolumes("store_data")
}
