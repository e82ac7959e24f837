package release_test

import (
	"cmp"
	"maps"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/lab"
)

// byHand makes a container as "docker run" would with many options.
func (b *bench) byHand() {
	b.Helper()
	pids := int64(200)
	b.startByHand(
		container.Config{
			Cmd: []string{"--debug", "--disable-metrics"}, Env: []string{"HF_ENDPOINT=https://mirror.example"},
			Labels: map[string]string{"team": "ml"}, Volumes: map[string]struct{}{"/cache": {}},
			ExposedPorts: network.PortSet{network.MustParsePort("80/tcp"): {}},
		},
		container.HostConfig{
			PortBindings: network.PortMap{network.MustParsePort("80/tcp"): {
				{HostPort: "9090"}, {HostIP: lab.Addr4, HostPort: "9091"},
			}},
			RestartPolicy: container.RestartPolicy{Name: "always"},
			Mounts:        []mount.Mount{{Type: mount.TypeVolume, Source: "models", Target: "/var/lib/gpustack"}},
			Binds:         []string{"/usr/share:/host:ro"},
			IpcMode:       "shareable", CgroupnsMode: "host", SecurityOpt: []string{"no-new-privileges"}, GroupAdd: []string{"27"},
			Sysctls: map[string]string{"net.ipv4.ip_unprivileged_port_start": "0"}, OomScoreAdj: 100,
			LogConfig: container.LogConfig{Type: "json-file", Config: map[string]string{"max-size": "1m"}},
			DNS:       []netip.Addr{netip.MustParseAddr("192.0.2.53")}, DNSSearch: []string{"example"},
			ShmSize: 128 << 20, CapAdd: []string{"CAP_NET_ADMIN"}, ExtraHosts: []string{"registry:192.0.2.9"},
			Tmpfs: map[string]string{"/scratch": "size=1m"},
			Resources: container.Resources{
				Memory: 256 << 20, NanoCPUs: 500_000_000, PidsLimit: &pids,
				Devices: []container.DeviceMapping{{PathOnHost: "/dev/null", PathInContainer: "/dev/gpu0", CgroupPermissions: "rw"}},
				Ulimits: []*container.Ulimit{{Name: "nofile", Soft: 1024, Hard: 2048}, {Name: "nproc", Soft: 500, Hard: 600}},
			},
		},
	)
}

// data is where GPUStack's documentation puts it.
var data = []mount.Mount{{Type: mount.TypeVolume, Source: "gpustack-data", Target: "/var/lib/gpustack"}}

// startByHand starts one as "docker run --name gpustack" would, on port 9090 unless it says where.
func (b *bench) startByHand(c container.Config, h container.HostConfig) {
	b.Helper()
	c.Image = cmp.Or(c.Image, "gpustack/gpustack:v2.2.1")
	if h.PortBindings == nil {
		web := network.MustParsePort("80/tcp")
		c.ExposedPorts, h.PortBindings = network.PortSet{web: {}}, network.PortMap{web: {{HostPort: "9090"}}}
	}
	_, err := b.engine.ContainerCreate(b.Context(), client.ContainerCreateOptions{Name: "gpustack", Config: &c, HostConfig: &h})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := b.engine.ContainerStart(b.Context(), "gpustack", client.ContainerStartOptions{}); err != nil {
		b.Fatal(err)
	}
}

func mountsOf(c container.InspectResponse) map[string]string {
	list := map[string]string{}
	for _, m := range c.Mounts {
		list[m.Destination] = m.Name
		if m.Type == mount.TypeBind {
			list[m.Destination] = m.Source
		}
	}
	return list
}

func TestContainerStartedByHandIsTakenOver(t *testing.T) {
	b := newBench(t)
	b.byHand()
	old := b.inspect("gpustack")

	// One that fails leaves it to its owner as it was.
	b.must(4, "upgrade", "gpustack", "--version", "v2.2.4")
	b.serves("9090", "v2.2.1")
	if now := b.inspect("gpustack"); now.ID != old.ID || now.HostConfig.RestartPolicy.Name != "always" {
		t.Errorf("after a failed upgrade it is not as it was")
	}
	b.wantContainers(alone)

	b.must(0, "upgrade", "gpustack", "--version", "v2.2.2")
	b.serves("9090", "v2.2.2")
	b.serves("9091", "v2.2.2")
	b.wantContainers(map[string]container.ContainerState{"gpustack": "running", "gpustack-r0": "exited"})
	now := b.inspect("gpustack")
	if !maps.Equal(mountsOf(now), mountsOf(old)) {
		t.Errorf("mounts %v, want %v", mountsOf(now), mountsOf(old))
	}
	if !slices.Equal(now.Config.Cmd, old.Config.Cmd) || !slices.Contains(now.Config.Env, "HF_ENDPOINT=https://mirror.example") {
		t.Errorf("arguments %q, environment %q", now.Config.Cmd, now.Config.Env)
	}
	if now.Config.Labels["team"] != "ml" {
		t.Errorf("labels %v", now.Config.Labels)
	}
	h, w := now.HostConfig, old.HostConfig
	for name, pair := range map[string][2]any{
		"shm": {h.ShmSize, w.ShmSize}, "memory": {h.Memory, w.Memory}, "cpus": {h.NanoCPUs, w.NanoCPUs}, "pids": {*h.PidsLimit, *w.PidsLimit},
		"restart": {h.RestartPolicy, w.RestartPolicy}, "device": {h.Devices[0], w.Devices[0]}, "ulimits": {len(h.Ulimits), len(w.Ulimits)},
		"capability": {strings.TrimPrefix(h.CapAdd[0], "CAP_"), strings.TrimPrefix(w.CapAdd[0], "CAP_")},
		"host":       {h.ExtraHosts[0], w.ExtraHosts[0]}, "tmpfs": {h.Tmpfs["/scratch"], w.Tmpfs["/scratch"]},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %v, want %v", name, pair[0], pair[1])
		}
	}

	b.must(0, "rollback", "gpustack")
	b.serves("9090", "v2.2.1")
	if now := b.inspect("gpustack"); now.ID != old.ID || now.HostConfig.RestartPolicy.Name != "always" {
		t.Errorf("the way back does not lead to the container that was there")
	}
}

func TestWhatCannotBeTakenOverIsNamed(t *testing.T) {
	b := newBench(t)
	tests := []struct {
		name string
		with container.HostConfig
		why  string
	}{
		{"a port that the engine picks", container.HostConfig{PortBindings: network.PortMap{network.MustParsePort("80/tcp"): {{}}}}, "chooses at every start"},
		{"removed when it ends", container.HostConfig{AutoRemove: true}, "--rm"},
		{"memory of one node", container.HostConfig{Resources: container.Resources{CpusetMems: "0"}}, "--cpuset-mems"},
		{"another driver for all volumes", container.HostConfig{VolumeDriver: "local"}, "--volume-driver"},
		{"a profile of its own", container.HostConfig{SecurityOpt: []string{`seccomp={"defaultAction":"SCMP_ACT_ALLOW"}`}}, "seccomp=FILE"},
	}
	for _, tt := range tests {
		b.startByHand(container.Config{}, tt.with)
		a := b.must(2, "upgrade", "gpustack", "--version", "v2.2.2")
		if !strings.Contains(a.stderr, tt.why) || strings.Contains(a.stderr, "Started") {
			t.Errorf("%s: not named before anything is made: %s", tt.name, a.stderr)
		}
		b.wantContainers(alone)
		if err := b.engine.Remove(b.Context(), "gpustack"); err != nil {
			t.Fatal(err)
		}
	}
}

// What only the made container shows, as the engine has no name for what it does by itself, is undone.
func TestWhatOnlyTheNewContainerShowsIsUndone(t *testing.T) {
	b := newBench(t)
	b.startByHand(container.Config{}, container.HostConfig{MaskedPaths: []string{"/proc/kcore"}, Mounts: data})
	if a := b.must(4, "upgrade", "gpustack", "--version", "v2.2.2"); !strings.Contains(a.stderr, "MaskedPaths") {
		t.Errorf("not named: %s", a.stderr)
	}
	b.wantContainers(alone)
}

// runc is the runtime of Debian's and Docker's packages.
const runc = "/usr/sbin/runc"

// What an engine gives by itself is not the same everywhere, and neither is the way in which it is written.
func TestUnusualOptionsAreTakenOver(t *testing.T) {
	lab.Long(t)
	b := newBenchOn(t, lab.EngineOptions{Args: []string{"--log-driver", "local", "--add-runtime", "mine=" + runc, "--default-runtime", "mine"}})
	health := container.HealthConfig{Test: []string{"NONE"}}
	b.startByHand(container.Config{Healthcheck: &health, StopTimeout: new(int)}, container.HostConfig{
		LogConfig: container.LogConfig{Type: "json-file"}, Runtime: "runc", MaskedPaths: []string{}, ReadonlyPaths: []string{},
		Resources: container.Resources{NanoCPUs: 130_000_000}, Mounts: data,
	})
	old := b.inspect("gpustack")
	a := b.must(0, "upgrade", "gpustack", "--version", "v2.2.2")
	now := b.inspect("gpustack")
	if h := now.HostConfig; h.LogConfig.Type != "json-file" || h.Runtime != "runc" || len(h.MaskedPaths)+len(h.ReadonlyPaths) > 0 {
		t.Errorf("%+v, want %+v", h, old.HostConfig)
	}
	if c := now.Config; !reflect.DeepEqual(c.Healthcheck, old.Config.Healthcheck) || c.StopTimeout == nil || *c.StopTimeout != 0 {
		t.Errorf("%+v, want %+v", c, old.Config)
	}
	if other := besides(a, "gpustack"); len(other) > 0 {
		t.Errorf("shown as other than before: %q", other)
	}
}

// A container that was started by hand serves again after a rollback, and somebody removes it. Its data is in a volume that no file and no label
// tells of: a new one would begin without it.
func TestVolumeOfAContainerStartedByHandIsRemembered(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	b.shell(0, "docker -H "+b.endpoint+" run -d --name gpustack -p 80:80 -v mine:/var/lib/gpustack gpustack/gpustack:v2.2.1")
	b.must(0, "upgrade", "gpustack", "--version", "v2.2.2", "--no-backup")
	b.must(0, "rollback", "gpustack")
	b.shell(0, "docker -H "+b.endpoint+" rm -f gpustack gpustack-r1")
	a := b.must(1, "install", "gpustack", "--version", "v2.2.1")
	if !strings.Contains(a.stderr, "the data of gpustack is in mine, which would not be used") || !strings.Contains(a.stderr, "--set volume=mine") {
		t.Errorf("where the data is is not said: %s", a.stderr)
	}
	b.must(0, "install", "gpustack", "--version", "v2.2.1", "--set", "volume=mine", "--dry-run")
	if a := b.must(0, "uninstall", "gpustack", "--purge", "--yes"); !strings.Contains(a.stderr, "kept: mine") {
		t.Errorf("that its volume is kept is not said: %s", a.stderr)
	}
	b.wantVolumes("mine")
}
