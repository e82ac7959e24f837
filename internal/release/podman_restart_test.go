package release_test

import (
	"strings"
	"testing"

	"github.com/moby/moby/api/types/container"

	"github.com/safeport/safeport/lab"
)

// TestPodmanStartsNoneAtABoot is of a policy that Podman cannot take from a container.
func TestPodmanStartsNoneAtABoot(t *testing.T) {
	lab.Long(t)
	b := newBenchOf(t, rootful)
	b.engine.Run(t, lab.Container{Name: "gpustack", Image: "gpustack/gpustack:v2.2.1", Publish: []string{"80:80"}, Restart: "always"})
	if a := b.must(1, "upgrade", "gpustack", "--version", "v2.2.2"); !strings.Contains(a.stderr, "restart policy always") {
		t.Errorf("that it would come back at a boot is not told: %s", a.stderr)
	}
	b.wantContainers(alone)

	file := b.Path("compose.yaml")
	b.write(file, twoServices)
	if a := b.must(0, "install", file); !strings.Contains(a.stderr, "front uses restart policy unless-stopped") {
		t.Errorf("that it gets another policy is not told: %s", a.stderr)
	}
	b.write(file, strings.ReplaceAll(twoServices, "8000:8000", "8001:8000"))
	b.must(0, "upgrade", "shop")
	b.must(0, "rollback", "shop")
	for _, name := range []string{"shop-front", "shop-front-r2"} {
		if policy := b.inspect(name).HostConfig.RestartPolicy; policy.IsAlways() {
			t.Errorf("%s would return at a boot", name)
		}
	}
	b.wantNoPurgeOfShared("shop", "shop_stock")
	b.must(0, "uninstall", "shop", "--purge", "--yes")
	b.wantContainers(alone)
	b.wantVolumes()
}

// TestPodmanStopsWhatKeepsRestarting is of one that ends at once: it takes the port every few moments, and is called stopped in
// between.
func TestPodmanStopsWhatKeepsRestarting(t *testing.T) {
	lab.Long(t)
	b := newBenchOf(t, rootless)
	b.engine.Run(t, lab.Container{Name: "gpustack", Image: "gpustack/gpustack:v2.2.4", Publish: []string{"8080:80"}, Restart: "unless-stopped"})
	b.must(0, "upgrade", "gpustack", "--version", "v2.2.2")
	b.serves("8080", "v2.2.2")
	rounds := 1
	if torture {
		rounds = 10
	}
	for range rounds {
		b.must(4, "rollback", "gpustack", "--wait", "5s")
		b.serves("8080", "v2.2.2")
		b.wantContainers(map[string]container.ContainerState{"gpustack": "running", "gpustack-r0": "exited"})
	}
}
