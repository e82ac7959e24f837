package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// files writes a tree below a directory of the test's own.
func files(t *testing.T, tree map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for path, text := range tree {
		file := filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestUserlandProxyIsReadFromTheDaemon(t *testing.T) {
	tests := []struct {
		name   string
		args   string
		config map[string]string // files of the daemon's root
		want   bool
	}{
		{"the default", "dockerd", nil, true},
		{"off by argument", "dockerd --userland-proxy=false", nil, false},
		{"off by argument with one dash", "dockerd -userland-proxy=false", nil, false},
		{"on by argument", "dockerd --userland-proxy=true", map[string]string{"/etc/docker/daemon.json": `{"userland-proxy":false}`}, true},
		{"on by argument without a value", "dockerd --userland-proxy -H fd://", nil, true},
		{"off by configuration", "dockerd -H fd://", map[string]string{"/etc/docker/daemon.json": `{"userland-proxy": false}`}, false},
		{"a configuration of other things", "dockerd", map[string]string{"/etc/docker/daemon.json": `{"debug": true}`}, true},
		{"a configuration elsewhere", "dockerd --config-file /srv/d.json", map[string]string{"/srv/d.json": `{"userland-proxy": false}`}, false},
		{"a configuration elsewhere, with =", "dockerd --config-file=/srv/d.json", map[string]string{"/srv/d.json": `{"userland-proxy": false}`}, false},
		{"the usual configuration is not read then", "dockerd --config-file=/srv/d.json",
			map[string]string{"/srv/d.json": `{}`, "/etc/docker/daemon.json": `{"userland-proxy": false}`}, true},
		{"a configuration that is no JSON", "dockerd", map[string]string{"/etc/docker/daemon.json": `{`}, true},
		{"the last word", "dockerd --config-file", nil, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tree := map[string]string{"812/cmdline": strings.ReplaceAll(tt.args, " ", "\x00") + "\x00"}
			for path, text := range tt.config {
				tree["812/root"+path] = text
			}
			if got := readDockerd(files(t, tree), 812).UserlandProxy; got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
	if !readDockerd(t.TempDir(), 812).UserlandProxy {
		t.Error("a daemon that cannot be looked at counts as one without the proxy, which is not the default")
	}
}

// Only a daemon whose options are known is said to need its chains: one with "iptables": false publishes without them.
func TestWhetherTheDaemonWritesRules(t *testing.T) {
	for _, tt := range []struct {
		name, args, config string
		known, writes      bool
	}{
		{"by default", "dockerd", "", true, true},
		{"switched off in the file", "dockerd", `{"iptables": false}`, true, false},
		{"switched off on the command line", "dockerd --iptables=false", "", true, false},
		{"switched on by the option alone", "dockerd --iptables", "", true, true},
		{"a file that cannot be read", "dockerd", `{`, false, true},
	} {
		tree := map[string]string{"812/cmdline": strings.ReplaceAll(tt.args, " ", "\x00") + "\x00"}
		if tt.config != "" {
			tree["812/root/etc/docker/daemon.json"] = tt.config
		}
		if d := readDockerd(files(t, tree), 812); d.seen != tt.known || d.IPTables != tt.writes {
			t.Errorf("%s: known %v, writes rules %v", tt.name, d.seen, d.IPTables)
		}
	}
	if readDockerd(t.TempDir(), 812).seen {
		t.Error("a daemon that cannot be looked at is known")
	}
}

func TestWhetherContainersRunOnWithoutTheDaemon(t *testing.T) {
	for _, tt := range []struct {
		name, args, config string
		want               bool
	}{
		{"by default", "dockerd", `{}`, false},
		{"in the file", "dockerd", `{"live-restore": true}`, true},
		{"by the option alone", "dockerd --live-restore --debug", `{}`, true},
		{"switched off by the option", "dockerd --live-restore=false", `{"live-restore": true}`, false},
	} {
		tree := map[string]string{"812/cmdline": strings.ReplaceAll(tt.args, " ", "\x00") + "\x00", "812/root/etc/docker/daemon.json": tt.config}
		if d := readDockerd(files(t, tree), 812); d.LiveRestore != tt.want || d.pid != 812 {
			t.Errorf("%s: live-restore is %v, its pid %d", tt.name, d.LiveRestore, d.pid)
		}
	}
}

// TestWhatTheDaemonKeepsIsReadFromWhereItKeepsIt has the file that Docker 20.10 writes, less what is of no interest here.
func TestWhatTheDaemonKeepsIsReadFromWhereItKeepsIt(t *testing.T) {
	const file = `{"Binds":null,"NetworkMode":"default","PortBindings":{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"8080"}],"90/tcp":[{"HostIp":"","HostPort":""}]},
		"RestartPolicy":{"Name":"unless-stopped","MaximumRetryCount":0}}`
	const id = "cdd958b4469839ce63476c954aca8f40d9a99a334302b312e37be0f0bfa53efc"
	for name, tree := range map[string]map[string]string{
		"the usual place":  {"812/cmdline": "dockerd", "812/root/var/lib/docker/containers/" + id + "/hostconfig.json": file},
		"by argument":      {"812/cmdline": "dockerd\x00--data-root\x00/srv", "812/root/srv/containers/" + id + "/hostconfig.json": file},
		"by configuration": {"812/cmdline": "dockerd", "812/root/etc/docker/daemon.json": `{"data-root":"/srv"}`, "812/root/srv/containers/" + id + "/hostconfig.json": file},
	} {
		t.Run(name, func(t *testing.T) {
			c := facts.Container{ID: id, State: "exited"}
			if !toldByFile(&c, readDockerd(files(t, tree), 812).files()) {
				t.Fatal("not found")
			}
			want := []facts.Publication{published(port.TCP, "127.0.0.1", port.Single(8080), 80), published(port.TCP, "", port.Range{}, 90)}
			if diff := cmp.Diff(want, c.Published, cmpopts.EquateComparable(netip.Addr{})); diff != "" || c.Restart != "unless-stopped" || c.Network != "default" {
				t.Errorf("restart %q, network %q, published -want +got:\n%s", c.Restart, c.Network, diff)
			}
		})
	}
	for name, tree := range map[string]map[string]string{
		"no file":    {"812/cmdline": "dockerd"},
		"no JSON":    {"812/cmdline": "dockerd", "812/root/var/lib/docker/containers/" + id + "/hostconfig.json": `{"PortBindings":`},
		"no process": {},
	} {
		t.Run(name, func(t *testing.T) {
			if c := (facts.Container{ID: id, State: "exited"}); toldByFile(&c, readDockerd(files(t, tree), 812).files()) {
				t.Errorf("it told %+v", c)
			}
		})
	}
	if c := (facts.Container{ID: id, State: "running"}); toldByFile(&c, readDockerd(files(t, nil), 812).files()) {
		t.Error("a container that runs has what the engine gave it, and not what it asked for")
	}
}

// TestAsleepIsASocketUnitWithoutItsService has the cgroups that systemd 252 makes for docker.socket and docker.service.
func TestAsleepIsASocketUnitWithoutItsService(t *testing.T) {
	const system, user = "system.slice/", "user.slice/user-7.slice/user@7.service/app.slice/"
	tests := []struct {
		name, socket string
		tree         map[string]string
		want         bool
	}{
		{"no systemd", "/run/docker.sock", nil, false},
		{"a socket unit and no service", "/run/docker.sock", map[string]string{system + "docker.socket/cgroup.procs": ""}, true},
		{"a service that has stopped", "/run/docker.sock",
			map[string]string{system + "docker.socket/cgroup.procs": "", system + "docker.service/cgroup.procs": ""}, true},
		{"a service that runs", "/run/docker.sock",
			map[string]string{system + "docker.socket/cgroup.procs": "", system + "docker.service/cgroup.procs": "812\n"}, false},
		{"a service without a socket unit", "/run/docker.sock", map[string]string{system + "docker.service/cgroup.procs": "812\n"}, false},
		{"another socket unit", "/run/podman/podman.sock", map[string]string{system + "docker.socket/cgroup.procs": ""}, false},
		{"Podman", "/run/podman/podman.sock", map[string]string{system + "podman.socket/cgroup.procs": ""}, true},
		{"a user's Podman", "/run/user/7/podman/podman.sock", map[string]string{user + "podman.socket/cgroup.procs": ""}, true},
		{"another user's", "/run/user/8/podman/podman.sock", map[string]string{user + "podman.socket/cgroup.procs": ""}, false},
		{"hybrid cgroups", "/run/docker.sock", map[string]string{"unified/" + system + "docker.socket/cgroup.procs": ""}, true},
		{"cgroups of version 1", "/run/docker.sock", map[string]string{"systemd/" + system + "docker.socket/cgroup.procs": ""}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := asleep(files(t, tt.tree), tt.socket); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestClassify(t *testing.T) {
	other := errors.New("invalid character '<'")
	tests := []struct {
		name  string
		err   error
		state State
		says  string // of the error that is kept; empty: none is
	}{
		{"no file", &fs.PathError{Op: "dial", Err: unix.ENOENT}, Absent, ""},
		{"nobody listens", fmt.Errorf("dialing: %w", unix.ECONNREFUSED), Absent, ""},
		{"not for this user", fmt.Errorf("dialing: %w", unix.EACCES), Refused, "permission denied"},
		{"too late", fmt.Errorf("listing: %w", context.DeadlineExceeded), Failed, "no answer within 3s"},
		{"anything else", other, Failed, other.Error()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			state, err := classify(tt.err, bounds{time: Deadline})
			if state != tt.state || (err == nil) != (tt.says == "") || err != nil && err.Error() != tt.says {
				t.Errorf("state %d and %v, want %d and %q", state, err, tt.state, tt.says)
			}
		})
	}
}
