package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// rootlesskit finds the process that a rootless Docker was started by: it has the ports, in the network that it was
// started in, while the daemon is in namespaces of its own. status is its /proc/PID/status.
func rootlesskit(proc string, pid int) (found int, status map[string]string) {
	for range 8 {
		b, err := os.ReadFile(fmt.Sprintf("%s/%d/status", proc, pid))
		if err != nil {
			break
		}
		status := map[string]string{}
		for line := range strings.Lines(string(b)) {
			key, value, _ := strings.Cut(line, ":")
			status[key] = strings.TrimSpace(value)
		}
		if strings.HasPrefix(status["Name"], "rootlesskit") || strings.HasPrefix(status["Name"], "docker-rootless") {
			return pid, status
		}
		if pid, err = strconv.Atoi(status["PPid"]); err != nil || pid <= 1 {
			break
		}
	}
	return 0, nil
}

// mayBindPrivileged says whether the rootlesskit that an engine runs under was given CAP_NET_BIND_SERVICE, as Docker's
// documentation advises. All that runs below it has every capability, but in a user namespace where they count for nothing
// on the host's network. Podman's rootlessport has no such way out.
func mayBindPrivileged(proc string, pid int) bool {
	_, status := rootlesskit(proc, pid)
	effective, err := strconv.ParseUint(status["CapEff"], 16, 64)
	return err == nil && effective&(1<<unix.CAP_NET_BIND_SERVICE) != 0
}

// elsewhere says whether the engine that runs as a process has its ports in another network namespace than this one. The
// process's own link (that of its first thread) does not tell: engines make the networks of containers in threads that they
// give up afterwards, and a Go program cannot give up its first one, which then stays in a container's network for good
// (seen with Podman 4.3).
func elsewhere(proc string, pid int) bool {
	if kit, _ := rootlesskit(proc, pid); kit != 0 {
		pid = kit
	}
	shares, seen := sameNet(proc, pid)
	return seen && !shares
}

// sharesNetwork says whether a process is seen to be in the network namespace of this one.
func sharesNetwork(proc string, pid int) bool {
	shares, seen := sameNet(proc, pid)
	return seen && shares
}

// sameNet looks whether any thread of a process is in this process's network namespace, and whether any could be looked at.
func sameNet(proc string, pid int) (shares, seen bool) {
	own, err := os.Readlink(proc + "/self/ns/net")
	if err != nil {
		return false, false
	}
	threads := fmt.Sprintf("%s/%d/task", proc, pid)
	list, err := os.ReadDir(threads)
	if err != nil {
		return false, false
	}
	for _, thread := range list {
		switch its, err := os.Readlink(filepath.Join(threads, thread.Name(), "ns/net")); {
		case err != nil: // it has ended, or may not be looked at
		case its == own:
			return true, true
		default:
			seen = true
		}
	}
	return false, seen
}
