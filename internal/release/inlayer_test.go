package release_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/moby/api/types/container"
)

// A container that keeps its data in its own layer is not taken over: the new one would have an empty volume there. What is
// printed puts the data into a volume.
func TestDataInTheContainersOwnLayerIsNotLeftBehind(t *testing.T) {
	b := newBench(t)
	b.startByHand(container.Config{}, container.HostConfig{})
	dir := filepath.Join(b.T.TempDir(), "gpustack")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	b.write(filepath.Join(dir, "models.db"), "precious")
	docker := "docker -H " + b.endpoint
	b.shell(0, "tar -C "+filepath.Dir(dir)+" -c gpustack | "+docker+" cp -a - gpustack:/var/lib")

	a := b.must(1, "upgrade", "gpustack", "--version", "v2.2.2")
	_, copying, found := strings.Cut(a.stderr, "copy the data: ")
	if !found {
		t.Fatalf("how the data is kept is not said: %s", a.stderr)
	}
	b.serves("9090", "v2.2.1")
	b.wantVolumes()

	b.shell(0, docker+" create --name new -p 9090:80 -v gpustack-data:/var/lib/gpustack gpustack/gpustack:v2.2.1")
	b.shell(0, strings.Replace(copying, "NEW:", "new:", 1))
	b.shell(0, docker+" rm -f gpustack && "+docker+" rename new gpustack && "+docker+" start gpustack")
	b.must(0, "upgrade", "gpustack", "--version", "v2.2.2")
	b.serves("9090", "v2.2.2")
	b.holds(filepath.Join(b.mountpoint("gpustack-data"), "models.db"), "precious")
}
