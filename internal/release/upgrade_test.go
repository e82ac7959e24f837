package release_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/release"
	"github.com/safeport/safeport/lab"
)

func TestUpgradeAndRollback(t *testing.T) {
	b := newBench(t)
	b.must(1, "upgrade", "gpustack", "--version", "v2.2.2")
	b.must(0, "install", "gpustack", "--version", "v2.2.1", "--env", "EXTRA=kept")
	b.must(2, "upgrade", "gpustack")

	o := b.must(0, "upgrade", "gpustack", "--version", "v2.2.2", "-o", "json").outcome(t)
	if o.Result != release.Done || *o.Release != 2 {
		t.Errorf("outcome %+v", o)
	}
	b.serves("80", "v2.2.2")
	b.wantContainers(map[string]container.ContainerState{"gpustack": "running", "gpustack-r1": "exited"})
	if policy := b.inspect("gpustack-r1").HostConfig.RestartPolicy.Name; policy != "no" {
		t.Errorf("the old container has the restart policy %q, and would fight for the port after a reboot", policy)
	}
	if env := b.inspect("gpustack").Config.Env; !slices.Contains(env, "EXTRA=kept") || !slices.Contains(env, "STANDIN_VERSION=v2.2.2") {
		t.Errorf("environment %q: what was chosen must stay, what the image gives must be the new image's", env)
	}

	// Another port, and nothing else: the version stays.
	o = b.must(0, "upgrade", "gpustack", "--port", "8080", "-o", "json").outcome(t)
	if o.Result != release.Done || *o.Release != 3 || o.Version != "v2.2.2" || o.URL != "http://127.0.0.1:8080" || len(o.Names) != 1 {
		t.Errorf("outcome %+v", o)
	}
	b.serves("8080", "v2.2.2")
	b.serves("80", "")
	b.wantContainers(map[string]container.ContainerState{"gpustack": "running", "gpustack-r2": "exited"})
	if again := b.must(0, "upgrade", "gpustack", "--port", "8080", "-o", "json").outcome(t); again.Result != release.Nothing {
		t.Errorf("the same again: %+v", again)
	}

	b.must(0, "rollback", "gpustack")
	b.serves("80", "v2.2.2")
	b.serves("8080", "")
	b.wantContainers(map[string]container.ContainerState{"gpustack": "running", "gpustack-r3": "exited"})
	if policy := b.inspect("gpustack").HostConfig.RestartPolicy.Name; policy != "unless-stopped" {
		t.Errorf("the container that is back has the restart policy %q", policy)
	}
	b.must(0, "upgrade", "gpustack", "--version", "v2.2.7") // slow to start
	b.serves("80", "v2.2.7")

	b.must(0, "uninstall", "gpustack", "--purge", "--yes")
	b.wantContainers(nil)
	b.wantVolumes()
}

func TestBlockedUpgradeChangesNothing(t *testing.T) {
	b := newBench(t)
	b.must(0, "install", "gpustack", "--version", "v2.2.1")
	b.Standin(t, lab.Process{Name: "nginx", Args: []string{"serve", "tcp::8080"}})
	b.must(1, "upgrade", "gpustack", "--port", "8080")
	b.serves("80", "v2.2.1")
	b.wantVolumes("gpustack-data")
}

// What somebody did to a container after it was made is kept or named, and not lost.
func TestNetworksJoinedLaterAreNotLost(t *testing.T) {
	b := newBench(t)
	b.engine.NetworkCreate(t.Context(), "proxy", client.NetworkCreateOptions{})
	b.must(0, "install", "gpustack", "--version", "v2.2.1")
	join := func(name string) {
		if _, err := b.engine.NetworkConnect(t.Context(), "proxy", client.NetworkConnectOptions{Container: name}); err != nil {
			t.Fatal(err)
		}
	}
	join("gpustack")
	if a := b.must(2, "upgrade", "gpustack", "--version", "v2.2.2"); !strings.Contains(a.stderr, "proxy") {
		t.Errorf("the network is not named: %s", a.stderr)
	}
	b.serves("80", "v2.2.1")

	file := b.Path("compose.yaml")
	limited := strings.Replace(twoServices, "restart: always", "restart: always\n    mem_limit: 64m", 1)
	b.write(file, limited)
	b.must(0, "install", file)
	join("shop-front")
	b.write(file, strings.ReplaceAll(twoServices, "8000:8000", "8001:8000"))
	a := b.must(0, "upgrade", "shop")
	if _, ok := b.inspect("shop-front").NetworkSettings.Networks["proxy"]; !ok {
		t.Error("the network that was joined later is lost")
	}
	if !strings.Contains(a.stderr, "shop-front differs from before: Memory (none instead of 67108864)") {
		t.Errorf("what else is different is not shown: %s", a.stderr)
	}
}

// A container that a failed "docker run" left behind is taken for what it says, and replaced.
func TestHalfInstalledIsFinished(t *testing.T) {
	b := newBench(t)
	b.engine.Created(t, lab.Container{
		Name: "gpustack", Image: "gpustack/gpustack:v2.2.1", Publish: []string{"8080:80"}, Env: []string{"EXTRA=kept"},
	})
	b.must(0, "install", "gpustack", "--version", "v2.2.2")
	b.serves("8080", "v2.2.2")
	if env := b.inspect("gpustack").Config.Env; !slices.Contains(env, "EXTRA=kept") {
		t.Errorf("environment %q", env)
	}
}

// A rollback takes no port: its remedies are the upgrade that does what it cannot, or to free the port and give it again.
func TestRemediesOfABlockedRollback(t *testing.T) {
	b := newBench(t)
	b.must(0, "install", "gpustack", "--version", "v2.2.1", "--port", "8080")
	b.must(0, "upgrade", "gpustack", "--version", "v2.2.2", "--port", "8090")
	end, err := b.TryStandin(t, lab.Process{Name: "nginx", Args: []string{"serve", "tcp::8080"}})
	if err != nil {
		t.Fatal(err)
	}
	a := b.must(1, "rollback", "gpustack")
	if strings.Contains(a.stdout, "safeport check") || !strings.Contains(a.stdout, "Stop nginx") || !strings.Contains(a.stdout, "Can't roll back") {
		t.Errorf("no remedy of a rollback's: %s", a.stdout)
	}
	b.serves("8090", "v2.2.2")

	// With the data of that time it is a rollback, on its own port, or nothing.
	a = b.must(1, "rollback", "gpustack", "--restore")
	if strings.Contains(a.stdout, "Use port") || !strings.Contains(a.stdout, "Stop nginx") {
		t.Errorf("a remedy that does not bring the data: %s", a.stdout)
	}
	a = b.must(1, "rollback", "gpustack", "-o", "json")
	line := a.remedy(t, "--port")
	if !strings.HasPrefix(line, "safeport upgrade gpustack --version v2.2.1 --port 8081 ") {
		t.Errorf("remedy %q", line)
	}
	b.shell(0, line)
	b.serves("8081", "v2.2.1")

	b.must(1, "upgrade", "gpustack", "--port", "8080")
	end()
	b.must(0, "rollback", "gpustack")
	b.serves("8090", "v2.2.2")
}

// The way back is judged by the ports that it leads to: those of the container that is kept, which the journal of one that was
// started by hand doesn't have, and neither that of one whose port was chosen by a variable.
func TestRollbackIsJudgedByWhatItLeadsTo(t *testing.T) {
	for name, install := range map[string]func(b *bench){
		"by hand": func(b *bench) {
			b.engine.Run(b.T, lab.Container{Name: "gpustack", Image: "gpustack/gpustack:v2.2.1", Publish: []string{"8080:80"}, Volumes: []string{"gpustack-data:/var/lib/gpustack"}})
		},
		"by a variable": func(b *bench) {
			b.env = []string{"GPUSTACK_PORT=8080"}
			b.must(0, "install", "gpustack", "--version", "v2.2.1")
			b.env = nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			install(b)
			b.must(0, "upgrade", "gpustack", "--version", "v2.2.2", "--port", "8090")
			end, err := b.TryStandin(t, lab.Process{Name: "nginx", Args: []string{"serve", "tcp::8080"}})
			if err != nil {
				t.Fatal(err)
			}
			if a := b.must(1, "rollback", "gpustack"); !strings.Contains(a.stdout, "Can't roll back gpustack: port 8080 is already in use") {
				t.Errorf("rollback: %s%s", a.stdout, a.stderr)
			}
			b.serves("8090", "v2.2.2")
			end()
			b.must(0, "rollback", "gpustack")
			b.serves("8080", "v2.2.1")
		})
	}
}
