package holder

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/internal/facts"
)

var (
	id      = strings.Repeat("0123456789abcdef", 4)
	otherID = strings.Repeat("fedcba9876543210", 4)
)

func TestReadGroup(t *testing.T) {
	tests := []struct {
		name, path string
		want       Group
	}{
		{"root", "/", Group{}},
		{"unknown", "", Group{}},
		{"system unit", "/system.slice/nginx.service", Group{Unit: "nginx.service"}},
		{"instance of a template", "/system.slice/system-postgresql.slice/postgresql@15-main.service", Group{Unit: "postgresql@15-main.service"}},
		{"a unit that looks like an option", "/system.slice/-Hroot@evil.service", Group{Unit: "-Hroot@evil.service"}},
		{"no name of a unit: systemctl takes it for all", "/docker/x/*.service", Group{}},
		{"no name of a unit: two words", "/system.slice/nginx.service/a b.service", Group{Unit: "nginx.service"}},
		{"cgroup below a unit", "/system.slice/nginx.service/worker", Group{Unit: "nginx.service"}},
		{"user's unit", "/user.slice/user-1000.slice/user@1000.service/app.slice/syncthing.service", Group{Unit: "syncthing.service", UserUnit: true, UID: 1000}},
		{"user's manager", "/user.slice/user-1000.slice/user@1000.service/init.scope", Group{UserUnit: true, UID: 1000, Systemd: true}},
		{"login session", "/user.slice/user-1000.slice/session-3.scope", Group{}},
		{"systemd itself", "/init.scope", Group{Systemd: true}},
		{"a socket unit", "/system.slice/cockpit.socket", Group{Unit: "cockpit.socket", Systemd: true}},
		{"Docker, cgroupfs", "/docker/" + id, Group{ContainerID: id, Engine: "docker"}},
		{"Docker, systemd", "/system.slice/docker-" + id + ".scope", Group{ContainerID: id, Engine: "docker"}},
		{"Docker, rootless", "/user.slice/user-1000.slice/user@1000.service/user.slice/docker-" + id + ".scope", Group{ContainerID: id, Engine: "docker", UserUnit: true, UID: 1000}},
		{"below a Docker container", "/docker/" + id + "/init.scope", Group{ContainerID: id, Engine: "docker", Systemd: true}},
		{"Docker in Docker: the inner one", "/docker/" + id + "/docker/" + otherID, Group{ContainerID: otherID, Engine: "docker"}},
		{"Podman", "/machine.slice/libpod-" + id + ".scope/container", Group{ContainerID: id, Engine: "podman"}},
		{"Podman, cgroupfs", "/libpod_parent/libpod-" + id, Group{ContainerID: id, Engine: "podman"}},
		{"conmon", "/machine.slice/libpod-conmon-" + id + ".scope", Group{ContainerID: id, Engine: "podman"}},
		{"Quadlet", "/system.slice/web.service/libpod-payload-" + id, Group{Unit: "web.service", ContainerID: id, Engine: "podman"}},
		{"containerd", "/system.slice/cri-containerd-" + id + ".scope", Group{ContainerID: id, Pod: true}},
		{"CRI-O", "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1234.slice/crio-" + id + ".scope", Group{ContainerID: id, Pod: true}},
		{"Kubernetes, cgroupfs", "/kubepods/besteffort/pod0f2a3b4c-1d2e-3f4a-5b6c-7d8e9f0a1b2c/" + id, Group{ContainerID: id, Pod: true}},
		{"Kubernetes, systemd's name below containerd", "/system.slice/containerd.service/kubepods-besteffort-pod1234.slice:cri-containerd:" + id,
			Group{Unit: "containerd.service", ContainerID: id, Pod: true}},
		{"unit of an nspawn container", "/machine.slice/systemd-nspawn@web.service/payload/system.slice/nginx.service",
			Group{Unit: "nginx.service", Machine: facts.Machine{Kind: facts.Nspawn, Name: "web"}}},
		{"unit of a registered machine", `/machine.slice/machine-my\x2dweb.scope/payload/system.slice/nginx.service`,
			Group{Unit: "nginx.service", Machine: facts.Machine{Kind: facts.Nspawn, Name: "my-web"}}},
		{"unit of an LXC container", "/lxc.payload.web/system.slice/nginx.service", Group{Unit: "nginx.service", Machine: facts.Machine{Kind: facts.LXC, Name: "web"}}},
		{"unit of an LXC container of old", "/lxc/web/system.slice/nginx.service", Group{Unit: "nginx.service", Machine: facts.Machine{Kind: facts.LXC, Name: "web"}}},
		{"systemd of an LXC container", "/lxc.payload.web/init.scope", Group{Systemd: true, Machine: facts.Machine{Kind: facts.LXC, Name: "web"}}},
		{"process of an LXC container without systemd", "/lxc.payload.web", Group{}},
		{"unit below somebody's cgroup", "/build-7/system.slice/nginx.service", Group{Unit: "nginx.service", Machine: facts.Machine{Kind: facts.UnknownMachine}}},
		{"user's unit in an LXC container", "/lxc.payload.web/user.slice/user-1000.slice/user@1000.service/app.slice/x.service",
			Group{Unit: "x.service", UserUnit: true, UID: 1000, Machine: facts.Machine{Kind: facts.LXC, Name: "web"}}},
		{"systemd in Docker: the container", "/system.slice/docker-" + id + ".scope/system.slice/nginx.service", Group{Unit: "nginx.service", ContainerID: id, Engine: "docker"}},
		{"too short to be an id", "/docker/" + id[1:], Group{}},
		{"too long to be an id", "/docker/" + id + "0", Group{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.want.Path = tt.path
			if diff := cmp.Diff(tt.want, ReadGroup(tt.path)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestChoosePathTakesTheLineThatSaysMost(t *testing.T) {
	tests := []struct{ name, file, want string }{
		{"unified", "0::/system.slice/nginx.service\n", "/system.slice/nginx.service"},
		{"hybrid, a unit on a controller of version 1", "12:memory:/\n4:pids:/system.slice/nginx.service\n1:name=systemd:/system.slice/nginx.service\n0::/\n",
			"/system.slice/nginx.service"},
		{"hybrid, a container on a controller of version 1", "12:memory:/docker/" + id + "\n1:name=systemd:/system.slice/docker.service\n0::/system.slice/docker.service\n",
			"/docker/" + id},
		{"version 1 alone", "3:cpu,cpuacct:/user.slice\n1:name=systemd:/user.slice/user-0.slice/session-1.scope\n", "/user.slice"},
		{"nothing but roots", "2:memory:/\n0::/\n", "/"},
		{"a path with colons", "0::/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:" + id + "\n",
			"/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:" + id},
		{"empty", "", ""},
		{"no table at all", "nonsense\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := choosePath(tt.file); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
