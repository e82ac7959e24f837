package holder

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/mask"
)

// MaxCommand bounds what is read of a command line; a process may have megabytes of it.
const MaxCommand = 4096

// stat is what /proc/PID/stat tells.
type stat struct {
	name  string // at most 15 bytes
	ppid  int
	start time.Duration // since boot
}

// ticksPerSecond is USER_HZ, which is 100 on every architecture that Go runs on.
const ticksPerSecond = 100

func readStat(proc string, pid int) (stat, error) {
	b, err := os.ReadFile(fmt.Sprintf("%s/%d/stat", proc, pid))
	if err != nil {
		return stat{}, err
	}
	return parseStat(b)
}

// parseStat reads "812 (nginx) S 1 …". The name may hold spaces and parentheses itself: it ends at the last one.
func parseStat(b []byte) (stat, error) {
	open, end := bytes.IndexByte(b, '('), bytes.LastIndexByte(b, ')')
	if open < 0 || end < open {
		return stat{}, fmt.Errorf("no name in %q", b)
	}
	f := strings.Fields(string(b[end+1:]))
	if len(f) < 20 {
		return stat{}, fmt.Errorf("only %d fields after the name", len(f))
	}
	ppid, err := strconv.Atoi(f[1])
	if err != nil {
		return stat{}, fmt.Errorf("parent: %w", err)
	}
	ticks, err := strconv.ParseInt(f[19], 10, 64)
	if err != nil {
		return stat{}, fmt.Errorf("start time: %w", err)
	}
	return stat{string(b[open+1 : end]), ppid, time.Duration(ticks) * (time.Second / ticksPerSecond)}, nil
}

// readProcess describes a process, or returns nil when it is gone.
func readProcess(proc string, pid int) *facts.Process {
	st, err := readStat(proc, pid)
	if err != nil {
		return nil
	}
	argv := readArguments(proc, pid)
	p := &facts.Process{PID: pid, Name: programName(st.name, argv), Command: mask.Command(argv), User: readUser(proc, pid)}
	var now unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &now) == nil {
		p.Started = time.Now().Add(st.start - time.Duration(now.Nano())).Truncate(time.Second)
	}
	b, err := os.ReadFile(fmt.Sprintf("%s/%d/cgroup", proc, pid))
	if err == nil {
		p.Cgroup = choosePath(string(b))
	}
	return p
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
	f, err := os.Open(fmt.Sprintf("%s/%d/cmdline", proc, pid))
	if err != nil {
		return nil
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, MaxCommand))
	if err != nil {
		return nil
	}
	text := strings.TrimRight(string(b), "\x00")
	if text == "" {
		return nil // a kernel thread, or a zombie
	}
	return strings.Split(text, "\x00")
}

// readUser is the name of the user that the process runs as, from its real uid: the owner of /proc/PID is root for
// processes that cannot be dumped.
func readUser(proc string, pid int) string {
	b, err := os.ReadFile(fmt.Sprintf("%s/%d/status", proc, pid))
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "Uid:"); ok {
			uid, _, _ := strings.Cut(strings.TrimSpace(rest), "\t")
			return UserName(uid)
		}
	}
	return ""
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
