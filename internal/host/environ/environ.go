// Package environ tells from where the host is seen: from inside a container, from another network or pid namespace than
// the host's, through a /proc that hides processes, or from under Windows. An answer about ports is an answer about the
// ports of that place.
package environ

import (
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
)

// Read looks around. root is "/".
func Read(root string) facts.Environ {
	proc := filepath.Join(root, "proc")
	mounts := readMounts(filepath.Join(proc, "self/mountinfo"))
	v := facts.Environ{Hidden: mounts.hidden}
	v.OwnProcesses = ownProcesses(proc)
	v.Container, v.ID = container(root, mounts)
	if v.ID == "" && !v.OwnProcesses {
		v.Container = "" // a machine that was made from a container's files has the mark too
	}
	var name unix.Utsname
	if unix.Uname(&name) == nil {
		v.WSL = wsl(unix.ByteSliceToString(name.Release[:]))
	}
	v.OwnNetwork = ownNetwork(proc, v)
	return v
}

// wsl is the version that a kernel's release tells: "5.15.153.1-microsoft-standard-WSL2" and "4.4.0-19041-Microsoft".
func wsl(release string) int {
	switch release := strings.ToLower(release); {
	case strings.Contains(release, "wsl2"), strings.Contains(release, "microsoft-standard"):
		return 2
	case strings.Contains(release, "microsoft"):
		return 1
	}
	return 0
}

// container tells the kind of container by the marks that engines leave in it, the surest first.
func container(root string, m mounts) (kind, id string) {
	switch {
	case m.kubernetes:
		return "kubernetes", m.id
	case exists(filepath.Join(root, "run/.containerenv")):
		return "podman", m.id
	case exists(filepath.Join(root, ".dockerenv")):
		return "docker", m.id
	}
	// systemd's mark, which LXC, nspawn and others leave too: https://systemd.io/CONTAINER_INTERFACE
	if b, err := os.ReadFile(filepath.Join(root, "run/systemd/container")); err == nil {
		return strings.TrimSpace(string(b)), m.id
	}
	if m.id != "" {
		return "container", m.id
	}
	return "", ""
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// firstPID is the inode of the pid namespace that the kernel starts with (PROC_PID_INIT_INO of linux/proc_ns.h, 3.8).
const firstPID = "pid:[4026531836]"

// ownProcesses says whether the pid namespace is another than the kernel's first.
func ownProcesses(proc string) bool {
	ns, err := os.Readlink(filepath.Join(proc, "self/ns/pid"))
	return err == nil && ns != firstPID
}

// ownNetwork says whether the network is another than the host's. Where the host's first process is on view, its namespace
// tells. In a container it is not, and the network's devices tell.
func ownNetwork(proc string, v facts.Environ) bool {
	own, err := os.Readlink(filepath.Join(proc, "self/ns/net"))
	if err != nil {
		return false
	}
	if !v.OwnProcesses {
		for _, first := range []string{"1", "2"} { // 2 is the kernel's own, for where the first may not be looked into
			if its, err := os.Readlink(filepath.Join(proc, first, "ns/net")); err == nil {
				return its != own
			}
		}
		return false
	}
	return isContainers()
}
