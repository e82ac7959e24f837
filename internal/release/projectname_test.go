package release_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/moby/client"

	"github.com/safeport/safeport/lab"
)

// Somebody's Compose project is called as that of a revision would be. Compose would take its containers for those of the revision: it would make
// none in their place, and start what its user has stopped.
func TestComposeProjectCalledAsARevision(t *testing.T) {
	lab.Long(t)
	t.Parallel()
	for _, tt := range []struct{ name, project string }{
		{"all containers", strings.NewReplacer("8000:80", "8100:80", "5432:5432", "5433:5432").Replace(store)},
		{"one container", "services: {db: {image: \"db:1\", container_name: precious, volumes: [\"data:/data\"]}}\nvolumes: {data: {}}\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, dir, is := newStore(t)
			b.BuildCompose(t)
			others := map[string]string{}
			for _, name := range []string{"store-r1", "store-r3"} {
				of := b.Path(name)
				if err := os.Mkdir(of, 0o755); err != nil {
					t.Fatal(err)
				}
				text := strings.Replace(strings.Replace(tt.project, "name: store\n", "", 1), "precious", "precious-"+name, 1)
				text = strings.NewReplacer("8100", "810"+name[7:], "5433", "543"+name[7:]).Replace(text)
				b.write(filepath.Join(of, "compose.yaml"), text)
				b.compose(of, "up", "-d")
			}
			for name, id := range b.ids() {
				others[name] = id
				if _, err := b.engine.ContainerStop(t.Context(), id, client.ContainerStopOptions{}); err != nil {
					t.Fatal(err)
				}
			}
			is("8000")
			b.must(0, "install", dir)
			b.runs("store-r2-app-1", "store-r2-db-1", "store-r2-job-1")
			is("8001")
			b.must(0, "upgrade", "store")
			b.runs("store-r4-app-1", "store-r2-db-1", "store-r2-job-1")
			b.must(0, "rollback", "store")
			b.must(0, "uninstall", "store", "--purge", "--yes")
			for name, id := range b.ids() {
				if others[name] != id || b.inspect(id).State.Running {
					t.Errorf("%s is left, or was started", name)
				}
				delete(others, name)
			}
			if len(others) > 0 {
				t.Errorf("gone: %v", others)
			}
		})
	}
}
