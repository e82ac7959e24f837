package release_test

import (
	"strings"
	"testing"

	"github.com/moby/moby/api/types/container"

	"safeport/lab"
)

// TestPodman goes the whole way with Podman's service, as root.
func TestPodman(t *testing.T) {
	b := newBenchWith(t, func(h *lab.Host) *lab.Engine { return h.StartPodman(t, lab.Root) })
	b.must(0, "install", "gpustack", "--version", "v2.2.1")
	b.serves("80", "v2.2.1")
	b.wantVolumes("gpustack-data")
	if s := b.status(0); len(s.Instances) != 1 || !s.Instances[0].Healthy {
		t.Errorf("status: %+v", s)
	}
	b.must(0, "upgrade", "gpustack", "--version", "v2.2.2", "--port", "8080")
	b.serves("8080", "v2.2.2")
	b.serves("80", "")
	if a := b.must(4, "upgrade", "gpustack", "--version", "v2.2.4"); !strings.Contains(a.stderr, "a required setting is missing") {
		t.Errorf("why it failed is not told: %s", a.stderr)
	}
	b.serves("8080", "v2.2.2")
	b.must(0, "rollback", "gpustack")
	b.serves("80", "v2.2.1")
	b.wantContainers(map[string]container.ContainerState{"gpustack": "running", "gpustack-r2": "exited"})
	b.must(0, "uninstall", "gpustack", "--purge", "--yes")
	b.wantContainers(nil)
	b.wantVolumes()

	b.engine.Run(t, lab.Container{Name: "gpustack", Image: "gpustack/gpustack:v2.2.1", Publish: []string{"80:80"}, Restart: "always"})
	if a := b.must(1, "upgrade", "gpustack", "--version", "v2.2.2"); !strings.Contains(a.stderr, "restart policy always") {
		t.Errorf("that it would come back at a boot is not told: %s", a.stderr)
	}
	b.wantContainers(alone)
}
