package holder

import (
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

const (
	web  = "84b35dd23ca997bd013c9f6fa398d4ea8a5c0edfa6f5babc28853a8ad5ed2e14"
	shop = "1d948c34ab72d95e929a477912ce2bef5a2cacc33a919352d62525f85b622e8a"
)

// write adds a file to a process of a tree, or a link where the text begins with an arrow.
func write(t *testing.T, proc string, pid int, name, text string) {
	t.Helper()
	path := filepath.Join(proc, strconv.Itoa(pid), name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	var err error
	if target, link := strings.CutPrefix(text, "-> "); link {
		err = os.Symlink(target, path)
	} else {
		err = os.WriteFile(path, []byte(text), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

const hasAddress4 = "Local:\n     |-- 172.17.0.2\n        /32 host LOCAL\n"

// TestHelpersTellTheContainerThatTheyServe has what real engines' processes look like; those that go by the ends of a
// pipe are in the exam, as no other tree than /proc has such links.
func TestHelpersTellTheContainerThatTheyServe(t *testing.T) {
	conmon := process{pid: 10, parent: 1, name: "conmon", argv: []string{"/usr/bin/conmon", "--api-version", "1", "-c", web, "-u", web, "-n", "web"}}
	other := process{pid: 20, parent: 1, name: "conmon", argv: []string{"conmon", "-c", shop, "-n", "shop"}}
	proc := procTree(t,
		conmon, other, process{pid: 11, parent: 10, name: "nginx"}, process{pid: 21, parent: 20, name: "nginx"},
		process{pid: 30, parent: 1, name: "passt.avx2", argv: []string{"/usr/bin/pasta", "--config-net"}},
		process{pid: 31, parent: 1, name: "passt.avx2", argv: []string{"passt"}},
		process{pid: 40, parent: 1, name: "dockerd"},
		process{pid: 41, parent: 40, name: "containerd", argv: []string{"containerd", "--config", "/run/docker/containerd/containerd.toml"}},
		process{pid: 42, parent: 40, name: "docker-proxy", argv: []string{"docker-proxy", "-host-port", "8080", "-container-ip", "172.17.0.2"}},
		process{pid: 43, parent: 1, name: "containerd-shim", argv: []string{"shim", "-namespace", "moby", "-id", shop, "-address", "/run/docker/containerd/containerd.sock"}},
		process{pid: 44, parent: 43, name: "nginx"},
		process{pid: 50, parent: 1, name: "containerd-shim", argv: []string{"shim", "-namespace", "k8s.io", "-id", web, "-address", "/run/containerd/containerd.sock"}},
		process{pid: 51, parent: 50, name: "nginx"},
		process{pid: 60, parent: 1, name: "conmon", argv: []string{"conmon", "-c", "../../etc", "-n", "evil"}},
		process{pid: 70, parent: 1, name: "docker-proxy", argv: []string{"docker-proxy", "-container-ip"}},
	)
	write(t, proc, 11, "ns/net", "-> net:[1]")
	write(t, proc, 21, "ns/net", "-> net:[2]")
	write(t, proc, 30, "fd/5", "-> net:[2]")
	write(t, proc, 44, "net/fib_trie", hasAddress4)
	write(t, proc, 51, "net/fib_trie", hasAddress4)

	tests := []struct {
		name       string
		pid        int
		id, called string
		engine     string
	}{
		{"conmon", 10, web, "web", "podman"},
		{"pasta", 30, shop, "shop", "podman"},
		{"passt.avx2", 31, "", "", ""}, // of a virtual machine
		{"docker-proxy", 42, shop, "", "docker"},
		{"conmon", 60, "", "", ""},       // an id that is none
		{"docker-proxy", 70, "", "", ""}, // no address
		{"nginx", 11, "", "", ""},        // no helper
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			claims := []facts.PortUse{{Protocol: port.TCP, Ports: port.Single(8080), Process: NewReadings(proc).process(tt.pid)}}
			claims[0].Process.User = "root"
			if claims[0].Process.Name != tt.name {
				t.Errorf("it is called %q", claims[0].Process.Name)
			}
			Open(proc).Serve(claims, func(facts.PortUse) bool { return false })
			if got := claims[0].Serves; got.ID != tt.id || got.Name != tt.called || got.Engine != tt.engine || got.User != "" {
				t.Errorf("got %+v", got)
			}
			claims[0].Serves = facts.Container{}
			Open(proc).Serve(claims, func(facts.PortUse) bool { return true })
			if claims[0].Serves.ID != "" {
				t.Error("what an engine explained was looked for")
			}
		})
	}
}

func TestAnAddressIsAContainersWhereItIsLocal(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"fib_trie": "Main:\n     |-- 172.17.0.0\n        /16 link UNICAST\n     |-- 172.17.0.2\n        /32 host LOCAL\n",
		"if_inet6": "fd000000000000000000000000000002 02 40 00 80     eth0\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for text, want := range map[string]bool{"172.17.0.2": true, "172.17.0.0": false, "172.17.0.20": false, "fd00::2": true, "fd00::3": false} {
		if got := hasAddress(dir, netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
