package release_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/safeport/safeport/lab"
)

// mounting is a store whose app reads a file of the host, as a secret or as a plain mount.
func mounting(what string) string {
	how := map[string]string{
		"secret": "    secrets: [token]\n", "config": "    configs: [token]\n",
		"file": "    volumes: [\"./token:/token:ro\"]\n", "directory": "    volumes: [\"./token:/token\"]\n",
	}[what]
	text := strings.Replace(store, "    image: app:1\n    ports", "    image: app:1\n"+how+"    ports", 1)
	if what == "secret" || what == "config" {
		text += what + "s: {token: {file: ./token}}\n"
	}
	return text
}

// What an older revision mounts is gone from the host. It could not be started, or would start on an empty directory that the engine makes in
// its place; and what serves now might have the same.
func TestRollbackWithoutItsFilesIsRefused(t *testing.T) {
	lab.Long(t)
	t.Parallel()
	for _, what := range []string{"secret", "config", "file", "directory"} {
		t.Run(what, func(t *testing.T) {
			b, dir, _ := newStore(t)
			file, token := filepath.Join(dir, "compose.yaml"), filepath.Join(dir, "token")
			if what == "directory" {
				if err := os.Mkdir(token, 0o755); err != nil {
					t.Fatal(err)
				}
			} else {
				b.write(token, "t")
			}
			b.write(file, mounting(what))
			b.must(0, "install", dir)
			b.write(file, strings.Replace(mounting(what), "8000:80", "8001:80", 1))
			b.must(0, "upgrade", "store")
			moved := token + ".moved"
			if err := os.Rename(token, moved); err != nil {
				t.Fatal(err)
			}
			for _, words := range [][]string{{"rollback", "store", "--dry-run"}, {"rollback", "store"}} {
				if a := b.must(1, words...); !strings.Contains(a.stderr, token) {
					t.Errorf("what is gone is not said: %s", a.stderr)
				}
			}
			b.runs("store-r2-app-1", "store-r1-db-1")
			if _, err := os.Stat(token); err == nil {
				t.Errorf("%s was made", token)
			}
			if err := os.Rename(moved, token); err != nil {
				t.Fatal(err)
			}
			b.must(0, "rollback", "store")
			b.runs("store-r1-app-1", "store-r1-db-1")
		})
	}
}
