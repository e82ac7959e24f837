package engine

import (
	"os"
	"path/filepath"
	"strings"
)

// sameNetwork says whether the Unix socket was made in the network namespace of this process: the kernel lists there no
// others (net/unix). Whoever made it, the engine or systemd, has its ports in that namespace too.
func sameNetwork(procRoot, socket string) bool {
	list, err := os.ReadFile(procRoot + "/thread-self/net/unix")
	if err != nil {
		return false
	}
	resolved, err := filepath.EvalSymlinks(socket)
	if err != nil {
		resolved = socket
	}
	for line := range strings.Lines(string(list)) {
		// "ffff8881: 00000002 00000000 00010000 0001 01 12345 /run/docker.sock"
		fields := strings.Fields(line)
		if len(fields) == 8 && (fields[7] == socket || fields[7] == resolved) {
			return true
		}
	}
	return false
}
