package environ

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/safeport/safeport/internal/facts"
)

func TestWSLIsToldByTheKernelsRelease(t *testing.T) {
	for release, want := range map[string]int{
		"5.15.153.1-microsoft-standard-WSL2": 2,
		"6.6.87.2-microsoft-standard-WSL2+":  2,
		"4.19.84-microsoft-standard":         2, // the first of them
		"4.4.0-19041-Microsoft":              1,
		"6.1.0-18-amd64":                     0,
		"":                                   0,
	} {
		if got := wsl(release); got != want {
			t.Errorf("%q: %d, want %d", release, got, want)
		}
	}
}

// The mounts were recorded inside containers, less what is of no interest here.
const (
	inDocker = `1101 1000 0:61 / / rw,relatime master:300 - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A:/var/lib/docker/overlay2/l/B
1102 1101 0:64 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw
1110 1101 254:0 /var/lib/docker/containers/cdd958b4469839ce63476c954aca8f40d9a99a334302b312e37be0f0bfa53efc/resolv.conf /etc/resolv.conf rw,relatime - ext4 /dev/root rw
1111 1101 254:0 /var/lib/docker/containers/cdd958b4469839ce63476c954aca8f40d9a99a334302b312e37be0f0bfa53efc/hostname /etc/hostname rw,relatime - ext4 /dev/root rw
`
	inPod = `900 800 0:61 / / rw,relatime - overlay overlay rw
910 900 254:0 /var/lib/kubelet/pods/0a1b2c3d-0000-4000-8000-000000000000/etc-hosts /etc/hosts rw,relatime - ext4 /dev/root rw
911 900 254:0 /var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes/84b35dd23ca997bd013c9f6fa398d4ea8a5c0edfa6f5babc28853a8ad5ed2e14/hostname /etc/hostname rw - ext4 /dev/root rw
`
	onHost = `22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw
23 22 0:21 / /proc rw,nosuid,nodev,noexec,relatime shared:5 - proc proc rw
`
)

func TestContainersAreToldByWhatTheirEnginesLeaveInThem(t *testing.T) {
	const id = "cdd958b4469839ce63476c954aca8f40d9a99a334302b312e37be0f0bfa53efc"
	tests := []struct {
		name     string
		files    map[string]string
		kind, id string
	}{
		{"the host", map[string]string{"proc/self/mountinfo": onHost}, "", ""},
		{"Docker", map[string]string{"proc/self/mountinfo": inDocker, ".dockerenv": ""}, "docker", id},
		{"Docker, without its mark", map[string]string{"proc/self/mountinfo": inDocker}, "container", id},
		{"Podman", map[string]string{"run/.containerenv": "engine=\"podman-4.3.1\"\n", "proc/self/mountinfo": onHost}, "podman", ""},
		{"a pod", map[string]string{"proc/self/mountinfo": inPod}, "kubernetes", ""},
		{"nspawn", map[string]string{"run/systemd/container": "systemd-nspawn\n"}, "systemd-nspawn", ""},
		{"LXC", map[string]string{"run/systemd/container": "lxc"}, "lxc", ""},
		{"nothing to be read", nil, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := tree(t, tt.files)
			if kind, id := container(root, readMounts(filepath.Join(root, "proc/self/mountinfo"))); kind != tt.kind || id != tt.id {
				t.Errorf("got %q %q", kind, id)
			}
		})
	}
}

func TestAProcThatHidesProcessesIsToldByItsOptions(t *testing.T) {
	for options, want := range map[string]bool{
		"rw,nosuid - proc proc rw,hidepid=invisible":      true,
		"rw,nosuid - proc proc rw,gid=4,hidepid=noaccess": true,
		"rw,nosuid - proc proc rw,hidepid=2":              true,
		"rw,hidepid=1 shared:5 - proc proc rw":            true,
		"rw,nosuid - proc proc rw,hidepid=0":              false,
		"rw,nosuid - proc proc rw,hidepid=off":            false,
		"rw,nosuid - proc proc rw":                        false,
	} {
		root := tree(t, map[string]string{"mountinfo": "23 22 0:21 / /proc " + options + "\n"})
		if got := readMounts(filepath.Join(root, "mountinfo")).hidden; got != want {
			t.Errorf("%q: %v", options, got)
		}
	}
}

func TestNamespacesAreComparedWithThoseOfTheFirstProcess(t *testing.T) {
	tests := []struct {
		name  string
		links map[string]string
		want  bool
	}{
		{"the same", map[string]string{"self/ns/net": "net:[1]", "1/ns/net": "net:[1]"}, false},
		{"another", map[string]string{"self/ns/net": "net:[2]", "1/ns/net": "net:[1]"}, true},
		{"another, where the first may not be looked into", map[string]string{"self/ns/net": "net:[2]", "2/ns/net": "net:[1]"}, true},
		{"one that may not be seen", map[string]string{"self/ns/net": "net:[2]"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			proc := t.TempDir()
			for name, target := range tt.links {
				path := filepath.Join(proc, name)
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.Symlink(target, path); err != nil {
					t.Fatal(err)
				}
			}
			if got := ownNetwork(proc, facts.Environ{}); got != tt.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}
