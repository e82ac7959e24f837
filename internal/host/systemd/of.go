package systemd

import (
	"os"
	"slices"
	"strconv"
	"strings"
)

// Of is the systemd that a process is: the host's own, one that was booted in a container, or a user's. procRoot is
// "/proc". The directories of all but the host's own are those that the process itself sees.
func Of(procRoot string, pid int) *Manager {
	if pid == 1 {
		return System("/")
	}
	process := procRoot + "/" + strconv.Itoa(pid)
	command, _ := os.ReadFile(process + "/cmdline")
	if !slices.Contains(strings.Split(string(command), "\x00"), "--user") {
		m := System(process + "/root")
		m.patience = othersPatience
		return m
	}
	environ, _ := os.ReadFile(process + "/environ")
	value := func(key string) string {
		for kv := range strings.SplitSeq(string(environ), "\x00") {
			if v, ok := strings.CutPrefix(kv, key+"="); ok {
				return v
			}
		}
		return "/nonexistent"
	}
	return User(process+"/root", value("HOME"), value("XDG_RUNTIME_DIR"))
}
