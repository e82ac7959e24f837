package netfilter

import (
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// mayHold says whether a part of the kernel that is a module by default can be in it. To talk to one that is not makes the
// kernel load it, which a check should not do, and it has no rules.
func mayHold(procRoot, module string) bool {
	if loaded, err := os.ReadFile(procRoot + "/modules"); err == nil {
		for line := range strings.Lines(string(loaded)) {
			if name, _, _ := strings.Cut(line, " "); name == module {
				return true
			}
		}
	}
	var name unix.Utsname
	if err := unix.Uname(&name); err != nil {
		return true
	}
	builtin, err := os.ReadFile("/lib/modules/" + unix.ByteSliceToString(name.Release[:]) + "/modules.builtin")
	return err != nil || strings.Contains(string(builtin), "/"+module+".ko")
}
