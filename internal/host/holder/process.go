package holder

import (
	"fmt"
	"os/user"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
)

// maxCommand bounds what is read of a command line; a process may have megabytes of it.
const maxCommand = 4096

// process describes a process, or returns nil when it is gone.
func (r *Readings) process(pid int) *facts.Process {
	read := r.Of(pid)
	if read == nil {
		return nil
	}
	return &facts.Process{
		PID: pid, Name: programName(read.Stat.Name, read.Argv), Command: read.Command, User: r.User(read.UID), Cgroup: read.Cgroup,
		Started: SinceBoot(read.Stat.Ticks),
	}
}

// SinceBoot is the time at which so many ticks had gone since the boot.
func SinceBoot(ticks uint64) time.Time {
	var now unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &now) != nil {
		return time.Time{}
	}
	age := time.Duration(now.Nano()) - time.Duration(ticks)*(time.Second/ticksPerSecond)
	return time.Now().Add(-age).Truncate(time.Second)
}

// programName is the kernel's name of the process, completed from its arguments when the kernel cut it at 15 bytes. pasta is
// one program with passt, which virtual machines have, and is called passt.avx2 by the kernel: its own name tells the two
// apart.
func programName(comm string, argv []string) string {
	if strings.HasPrefix(comm, "passt") && len(argv) > 0 && filepath.Base(argv[0]) == "pasta" {
		return "pasta"
	}
	// A program of Node.js that names itself after its script: "node /srv/shop/app.js".
	if i := strings.Index(comm, " /"); i > 0 && len(argv) > 0 && strings.HasPrefix(argv[0], comm) {
		return comm[:i]
	}
	if len(comm) == 15 && len(argv) > 0 {
		if base := filepath.Base(argv[0]); strings.HasPrefix(base, comm) && !strings.ContainsAny(base, " :") {
			return base
		}
	}
	return comm
}

func readArguments(proc string, pid int) []string {
	return arguments(ReadSome(fmt.Sprintf("%s/%d/cmdline", proc, pid), maxCommand))
}

func arguments(file string) []string {
	text := strings.TrimRight(file, "\x00")
	if text == "" {
		return nil // a kernel thread, or a zombie
	}
	return strings.Split(text, "\x00")
}

// UserName is the name of a user id, or the id where it has none.
func UserName(uid string) string {
	if u, err := user.LookupId(uid); err == nil {
		return u.Username
	}
	return uid
}

// choosePath picks from /proc/PID/cgroup the hierarchy that says most: one that names a container, then one that names a
// unit, then cgroup v2's own line. A hybrid host spreads them over a dozen lines.
func choosePath(file string) string {
	best, rank := "", 0
	for line := range strings.Lines(strings.TrimSpace(file)) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 {
			continue
		}
		g, r := ReadGroup(parts[2]), 1
		switch {
		case g.ContainerID != "":
			r = 4
		case g.Unit != "":
			r = 3
		case parts[1] == "":
			r = 2
		}
		if r > rank {
			best, rank = parts[2], r
		}
	}
	return best
}
