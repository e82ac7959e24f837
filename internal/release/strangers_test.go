package release_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/lab"
)

// newStore is a host with the project of several services in a directory of its own; is writes the file with a port.
func newStore(t *testing.T) (b *bench, dir string, is func(port string)) {
	b = newBench(t)
	b.instance = "store"
	b.tags("app:1", "db:1", "other:1")
	dir = b.Path("store")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return b, dir, func(port string) {
		t.Helper()
		b.write(filepath.Join(dir, "compose.yaml"), strings.Replace(store, "8000:80", port+":80", 1))
	}
}

// runs demands that a container is there, and runs.
func (b *bench) runs(names ...string) {
	b.Helper()
	now := b.containers()
	for _, name := range names {
		if now[name] != container.StateRunning {
			b.Errorf("%s is %q", name, now[name])
		}
	}
}

// commit makes a container of what "docker commit" makes of another one: it has that one's labels.
func (b *bench) commit(of, name string) {
	b.Helper()
	ctx := context.Background()
	if _, err := b.engine.ContainerCommit(ctx, of, client.ContainerCommitOptions{Reference: name + ":1"}); err != nil {
		b.Fatal(err)
	}
	b.start(name, &container.Config{Image: name + ":1"}, &container.HostConfig{}, nil)
}

func (b *bench) start(name string, c *container.Config, h *container.HostConfig, n *network.NetworkingConfig) {
	b.Helper()
	ctx := context.Background()
	made, err := b.engine.ContainerCreate(ctx, client.ContainerCreateOptions{Name: name, Config: c, HostConfig: h, NetworkingConfig: n})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := b.engine.ContainerStart(ctx, made.ID, client.ContainerStartOptions{}); err != nil {
		b.Fatal(err)
	}
}

// Labels come along with an image that is made of a container, and with whatever copies its options. What has them from another
// container is somebody's own, of whichever release the labels are, and whether that one is there yet.
func TestCopiesOfContainersAreLeftAlone(t *testing.T) {
	lab.Long(t)
	b, dir, is := newStore(t)
	is("8000")
	b.must(0, "install", dir)
	b.commit("store-r1-app-1", "debug")
	first := b.inspect("store-r1-app-1")
	labels := first.Config.Labels
	b.start("duplicate", &container.Config{Image: "app:1", Labels: labels}, &container.HostConfig{}, nil)
	for _, port := range []string{"8001", "8002"} { // the second removes what the first has kept
		is(port)
		b.must(0, "upgrade", "store")
		b.runs("debug", "duplicate")
	}
	b.start("late", &container.Config{Image: "debug:1"}, &container.HostConfig{}, nil)
	if a := b.must(0, "status"); strings.Contains(a.stdout, "damaged") || strings.Contains(a.stdout, "revision  1") {
		t.Errorf("copies of revision 1 are taken for it: %s", a.stdout)
	}
	is("8003")
	if a := b.must(0, "upgrade", "store"); strings.Contains(a.stderr, "damaged") {
		t.Errorf("the journal is said to be damaged: %s", a.stderr)
	}
	b.must(0, "uninstall", "store", "--purge", "--yes")
	b.wantContainers(map[string]container.ContainerState{"debug": "running", "duplicate": "running", "late": "running"})
}

// A copy has a port: it is not the instance's own.
func TestPortOfACopyIsNotOwn(t *testing.T) {
	lab.Long(t)
	b, dir, is := newStore(t)
	is("8000")
	b.must(0, "install", dir)
	web := network.MustParsePort("80/tcp")
	b.start("duplicate", &container.Config{Image: "app:1", Labels: b.inspect("store-r1-app-1").Config.Labels, ExposedPorts: network.PortSet{web: {}}},
		&container.HostConfig{PortBindings: network.PortMap{web: {{HostPort: "8001"}}}}, nil)
	is("8001")
	if a := b.must(1, "upgrade", "store"); !strings.Contains(a.stdout+a.stderr, "duplicate") {
		t.Errorf("who has the port is not said: %s", a.stderr)
	}
	b.runs("duplicate", "store-r1-app-1", "store-r1-db-1")
}

// anew makes a container anew, as programs do that update containers: it has the name, the options and the labels, and another id.
func (b *bench) anew(name string) {
	b.Helper()
	is := b.inspect(name)
	if err := b.engine.Remove(context.Background(), is.ID); err != nil {
		b.Fatal(err)
	}
	at := map[string]*network.EndpointSettings{}
	for name, n := range is.NetworkSettings.Networks {
		at[name] = &network.EndpointSettings{Aliases: n.Aliases}
	}
	b.start(name, is.Config, is.HostConfig, &network.NetworkingConfig{EndpointsConfig: at})
}

// The containers of the release that serves were made anew by another program: they are its containers all the same.
func TestContainersThatAreMadeAnewAreTheInstances(t *testing.T) {
	lab.Long(t)
	b, dir, is := newStore(t)
	is("8000")
	b.must(0, "install", dir)
	for _, service := range []string{"app", "db", "job"} {
		b.anew("store-r1-" + service + "-1")
	}
	b.must(0, "status")
	b.must(0, "install", dir)
	is("8001")
	b.must(0, "upgrade", "store")
	b.runs("store-r2-app-1", "store-r1-db-1", "store-r1-job-1")
	b.must(0, "rollback", "store")
	b.runs("store-r1-app-1", "store-r1-db-1", "store-r1-job-1")
	b.must(0, "uninstall", "store")
	b.wantContainers(nil)
}

// A project that was given back to Compose is made anew by it, and can be taken over again.
func TestProjectThatComposeMakesAnewAfterARollback(t *testing.T) {
	lab.Long(t)
	b, dir, is := newStore(t)
	b.BuildCompose(t)
	is("8000")
	b.compose(dir, "up", "-d")
	is("8001")
	b.must(0, "upgrade", dir)
	b.must(0, "rollback", "store")
	is("8002")
	b.compose(dir, "up", "-d")
	b.runs("store-app-1", "store-db-1", "store-job-1")
	b.must(0, "status")
	is("8003")
	b.must(0, "upgrade", "store")
	b.must(0, "rollback", "store")
	b.runs("store-app-1", "store-db-1", "store-job-1")
	if ports := b.inspect("store-app-1").HostConfig.PortBindings[network.MustParsePort("80/tcp")]; len(ports) != 1 || ports[0].HostPort != "8002" {
		t.Errorf("ports %v", ports)
	}
}

// A container that somebody has put on the network of an instance: one that is stopped could not be started again without it.
func TestNetworkThatOthersAreOnIsKept(t *testing.T) {
	lab.Long(t)
	b, dir, is := newStore(t)
	is("8000")
	b.must(0, "install", dir)
	b.engine.Run(t, lab.Container{Name: "running", Image: "other:1", Networks: []string{"store_default"}})
	stopped := b.engine.Run(t, lab.Container{Name: "stopped", Image: "other:1", Networks: []string{"store_default"}})
	b.engine.Created(t, lab.Container{Name: "created", Image: "other:1", Networks: []string{"store_default"}})
	if _, err := b.engine.ContainerStop(t.Context(), stopped, client.ContainerStopOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, left := range []string{"running", "stopped", "created"} {
		if a := b.must(0, "uninstall", dir); !strings.Contains(a.stderr, "network store_default was kept") {
			t.Errorf("that a network is left is not said: %s", a.stderr)
		}
		if _, err := b.engine.ContainerStart(t.Context(), left, client.ContainerStartOptions{}); err != nil {
			t.Errorf("%s cannot be started: %v", left, err)
		}
		b.must(0, "install", dir)
	}
}

// "docker compose up" in the directory of what safeport has installed makes or starts containers on the same data. That is said, and nothing
// is changed before it has an end.
func TestTwoOnTheSameData(t *testing.T) {
	lab.Long(t)
	b, dir, _ := newStore(t)
	b.BuildCompose(t)
	beside := func(name string) {
		t.Helper()
		b.runs(name)
		if a := b.must(1, "status"); !strings.Contains(a.stdout, name+" runs beside revision 1") {
			t.Errorf("that two have the data is not said: %s", a.stdout)
		}
		a := b.must(1, "upgrade", "store")
		if !strings.Contains(a.stderr, " stop "+name) {
			t.Errorf("what to do is not said: %s", a.stderr)
		}
		b.runs(name, "store-r1-app-1", "store-r1-db-1", "store-r1-job-1")
	}
	text := strings.Replace(store, "    ports: [\"127.0.0.1:5432:5432\"]\n", "", 1)
	b.write(filepath.Join(dir, "compose.yaml"), text)
	b.must(0, "install", dir)
	b.compose(dir, "up", "-d", "db")
	b.write(filepath.Join(dir, "compose.yaml"), strings.Replace(text, "8000:80", "8001:80", 1))
	beside("store-db-1")
	b.compose(dir, "down")
	b.must(0, "uninstall", "store")

	b.write(filepath.Join(dir, "compose.yaml"), text)
	b.compose(dir, "up", "-d")
	b.write(filepath.Join(dir, "compose.yaml"), strings.Replace(text, "8000:80", "8001:80", 1))
	b.must(0, "upgrade", dir)
	b.compose(dir, "up", "-d", "db")
	b.write(filepath.Join(dir, "compose.yaml"), strings.Replace(text, "8000:80", "8002:80", 1))
	beside("store-db-1-r0")
	b.shell(0, "docker -H "+b.endpoint+" stop store-db-1-r0")
	b.must(0, "upgrade", "store")
	b.runs("store-r2-app-1", "store-r1-db-1", "store-r1-job-1")
}

// What "docker compose run" makes has the labels of a service, and is none of the project.
func TestWhatComposeRunsOnceIsNotTakenOver(t *testing.T) {
	lab.Long(t)
	b, dir, is := newStore(t)
	b.BuildCompose(t)
	is("8000")
	b.compose(dir, "up", "-d")
	b.compose(dir, "run", "-d", "--name", "shell", "job")
	b.commit("store-db-1", "copy")
	b.must(0, "install", dir)
	for _, port := range []string{"8001", "8002", "8003"} {
		is(port)
		b.must(0, "upgrade", dir)
		b.runs("shell", "copy")
	}
	b.must(0, "uninstall", "store")
	b.wantContainers(map[string]container.ContainerState{"shell": "running", "copy": "running"})
}

// An installation is killed when it has made its volume. Before the next command somebody runs the project by Compose for a while: what
// is in the volume then stays.
func TestVolumeThatWasFilledAfterAKillIsKept(t *testing.T) {
	lab.Long(t)
	b, dir, is := newStore(t)
	b.BuildCompose(t)
	is("8000")
	if _, hit := b.killed(syscall.SIGKILL, journal.StepCreate, 0, "install", dir); !hit {
		t.Fatal("the installation was not killed")
	}
	for name := range b.containers() {
		if err := b.engine.Remove(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	b.compose(dir, "up", "-d")
	mounts := b.inspect("store-db-1").Mounts
	note := filepath.Join(mounts[0].Source, "note")
	b.write(note, "of a week")
	b.compose(dir, "down")
	b.must(0, "install", dir)
	b.holds(note, "of a week")
	b.wantVolumes("store_data")
}

// Somebody has removed the containers of what was taken over, whose data is in volumes that safeport has not made. An installation would
// begin with an empty one.
func TestDataOfContainersThatWereRemovedIsNotForgotten(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	b.startByHand(container.Config{}, container.HostConfig{
		Mounts: []mount.Mount{{Type: mount.TypeVolume, Source: "models", Target: "/var/lib/gpustack"}},
	})
	b.must(0, "upgrade", "gpustack", "--version", "v2.2.2")
	note := filepath.Join(mountOf(b.inspect("gpustack"), "models"), "note")
	b.write(note, "of a year")
	for name := range b.containers() {
		if err := b.engine.Remove(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	for _, more := range [][]string{{"--dry-run"}, nil, nil} { // that it was said once is not enough
		a := b.must(1, append([]string{"install", "gpustack", "--version", "v2.2.2", "--port", "9090"}, more...)...)
		if !strings.Contains(a.stderr, "--set volume=models") {
			t.Errorf("how the data is used is not said: %s", a.stderr)
		}
		b.wantVolumes("models")
	}
	b.must(0, "install", "gpustack", "--version", "v2.2.2", "--port", "9090", "--set", "volume=models")
	b.serves("9090", "v2.2.2")
	b.holds(note, "of a year")
	b.must(0, "uninstall", "gpustack")
	b.must(0, "install", "gpustack", "--version", "v2.2.2", "--port", "9090") // whoever has uninstalled it knows
}

func mountOf(c container.InspectResponse, volume string) string {
	for _, m := range c.Mounts {
		if m.Name == volume {
			return m.Source
		}
	}
	return ""
}

// A command that is printed works: what has no journal is named by what defines it.
func TestPrintedCommandsNameTheInstance(t *testing.T) {
	lab.Long(t)
	b, dir, is := newStore(t)
	b.BuildCompose(t)
	is("8000")
	printed := func(text, begins string) string {
		t.Helper()
		_, rest, found := strings.Cut(text, begins)
		line, _, _ := strings.Cut(rest, "\n")
		line, _, _ = strings.Cut(line, "\"")
		if !found {
			t.Fatalf("no %q in: %s", begins, text)
		}
		return begins + line + " --yes" // it names the engine and the state directory, as the command before did
	}
	a := b.must(1, "upgrade", dir)
	b.shell(0, printed(a.stderr, "safeport install "))
	a = b.must(0, "uninstall", "store")
	b.shell(0, printed(a.stdout+a.stderr, "safeport uninstall "))
	b.wantVolumes()

	b.must(0, "install", dir, "--name", "other")
	a = b.must(0, "uninstall", "other")
	b.shell(0, printed(a.stdout+a.stderr, "safeport uninstall "))
	b.wantVolumes()

	b.must(0, "install", "gpustack", "--name", "blue", "--port", "9090")
	a = b.must(0, "uninstall", "blue")
	b.shell(0, printed(a.stdout+a.stderr, "safeport uninstall "))
	b.wantVolumes()

	b.compose(dir, "up", "-d")
	is("8001")
	a = b.must(1, "install", dir)
	b.shell(0, printed(a.stderr, "safeport upgrade "))
	b.runs("store-r1-app-1")

	if err := os.Remove(filepath.Join(dir, "compose.yaml")); err != nil {
		t.Fatal(err)
	}
	b.must(0, "uninstall", "store")
}
