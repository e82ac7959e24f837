package holder

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/safeport/safeport/internal/facts"
)

// machineOf is the container that has a systemd of its own in a cgroup: systemd-nspawn puts it in "…/payload" below the unit
// or the scope of the container, LXC and what is built on it into "lxc.payload.NAME" or "lxc/NAME".
func machineOf(names []string) facts.Machine {
	for i := len(names) - 1; i >= 0; i-- {
		name := names[i]
		of, isPayload := strings.CutPrefix(name, "lxc.payload.")
		switch {
		case isPayload:
			return facts.Machine{Kind: facts.LXC, Name: of}
		case i > 0 && names[i-1] == "lxc":
			return facts.Machine{Kind: facts.LXC, Name: name}
		case strings.HasPrefix(name, "systemd-nspawn@") && strings.HasSuffix(name, ".service"):
			return facts.Machine{Kind: facts.Nspawn, Name: unescape(strings.TrimSuffix(strings.TrimPrefix(name, "systemd-nspawn@"), ".service"))}
		case strings.HasPrefix(name, "machine-") && strings.HasSuffix(name, ".scope"):
			return facts.Machine{Kind: facts.Nspawn, Name: unescape(strings.TrimSuffix(strings.TrimPrefix(name, "machine-"), ".scope"))}
		}
	}
	return facts.Machine{Kind: facts.UnknownMachine}
}

// unescape undoes what systemd does to "-" in a name; all other characters of a machine's name stay as they are.
func unescape(name string) string { return strings.ReplaceAll(name, `\x2d`, "-") }

// engineOf tells from a container's cgroup whose it is. Kubernetes has its containers below kubepods, whatever runs them, and
// what speaks its interface to runtimes (CRI) says so in the name.
func engineOf(path string) (engine string, pod bool) {
	switch {
	case strings.Contains(path, "kubepods"), strings.Contains(path, "cri-containerd"), strings.Contains(path, "crio-"):
		return "", true
	case strings.Contains(path, "libpod"):
		return "podman", false
	case strings.Contains(path, "/docker/"), strings.Contains(path, "/docker-"):
		return "docker", false
	}
	return "", false
}

// builtOn says which of the programs that are built on LXC has a container, by the directory in which each keeps its own.
func builtOn(root string, m facts.Machine) facts.Machine {
	if m.Kind != facts.LXC || !filepath.IsLocal(m.Name) {
		return m
	}
	for _, place := range []struct {
		dir  string
		kind facts.MachineKind
	}{
		{"var/lib/incus/containers", facts.Incus}, {"var/snap/lxd/common/lxd/containers", facts.LXD}, {"var/lib/lxd/containers", facts.LXD},
	} {
		if _, err := os.Lstat(filepath.Join(root, place.dir, m.Name)); err == nil {
			m.Kind = place.kind
			return m
		}
	}
	return m
}
