package ancestry

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/host/holder"
)

// maxArguments and maxEnvironment bound what is read of a process; it may have megabytes of both.
const (
	maxArguments   = 4096
	maxEnvironment = 128 << 10
)

// process is what /proc tells of one.
type process struct {
	dir        string // "/proc/812"
	pid        int
	name       string // at most 15 bytes
	parent     int
	group      int
	session    int
	foreground int // process group in the foreground of its terminal; -1 without one
	tty        string
	start      uint64 // ticks since boot
	started    time.Time
	uid        uint32
	ignored    uint64 // signals
	argv       []string
	cgroup     holder.Group
	env        map[string]string // nil until it is asked for
}

// process reads a process, once; nil when it is gone.
func (r *Reader) process(pid int) *process {
	p, known := r.processes[pid]
	if !known {
		p = r.read(pid)
		r.processes[pid] = p
	}
	return p
}

func (r *Reader) read(pid int) *process {
	p := &process{dir: fmt.Sprintf("%s/%d", r.proc, pid), pid: pid}
	stat, err := os.ReadFile(p.dir + "/stat")
	if err != nil || !p.parse(stat) {
		return nil
	}
	p.argv = strings.Split(strings.TrimRight(readSome(p.dir+"/cmdline", maxArguments), "\x00"), "\x00")
	if p.argv[0] == "" {
		p.argv = nil // a kernel thread, or a zombie
	}
	p.status(readSome(p.dir+"/status", maxArguments))
	p.cgroup = holder.GroupOf(r.proc, pid)
	return p
}

// parse reads "812 (nginx) S 1 812 812 34819 …". The name may hold spaces and parentheses itself: it ends at the last one.
func (p *process) parse(stat []byte) bool {
	open, end := bytes.IndexByte(stat, '('), bytes.LastIndexByte(stat, ')')
	if open < 0 || end < open {
		return false
	}
	f := strings.Fields(string(stat[end+1:]))
	if len(f) < 20 {
		return false
	}
	p.name = string(stat[open+1 : end])
	var tty int
	for i, to := range map[int]*int{1: &p.parent, 2: &p.group, 3: &p.session, 4: &tty, 5: &p.foreground} {
		n, err := strconv.Atoi(f[i])
		if err != nil {
			return false
		}
		*to = n
	}
	start, err := strconv.ParseUint(f[19], 10, 64)
	p.start, p.tty, p.started = start, ttyName(uint32(tty)), sinceBoot(start)
	return err == nil
}

// ticksPerSecond is USER_HZ, which is 100 on every architecture that Go runs on.
const ticksPerSecond = 100

// sinceBoot is the time at which so many ticks had gone since the boot.
func sinceBoot(ticks uint64) time.Time {
	var now unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &now) != nil {
		return time.Time{}
	}
	age := time.Duration(now.Nano()) - time.Duration(ticks)*(time.Second/ticksPerSecond)
	return time.Now().Add(-age).Truncate(time.Second)
}

// ttyName is the name of a terminal by its number in /proc/PID/stat, which is new_encode_dev of the kernel; empty for none,
// and for one of another kind.
func ttyName(n uint32) string {
	major, minor := n>>8&0xfff, n&0xff|n>>12&0xfff00
	switch {
	case major >= 136 && major <= 143:
		return fmt.Sprintf("pts/%d", minor+(major-136)<<8)
	case major == 4 && minor < 64:
		return fmt.Sprintf("tty%d", minor)
	case major == 4:
		return fmt.Sprintf("ttyS%d", minor-64)
	}
	return ""
}

// status reads who a process is, and which signals it does not heed.
func (p *process) status(text string) {
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(line, ":")
		fields := strings.Fields(value)
		if len(fields) == 0 {
			continue
		}
		switch name {
		case "Uid":
			uid, _ := strconv.ParseUint(fields[0], 10, 32)
			p.uid = uint32(uid)
		case "SigIgn":
			p.ignored, _ = strconv.ParseUint(fields[0], 16, 64)
		}
	}
}

const (
	hangup    = unix.SIGHUP
	interrupt = unix.SIGINT
)

func (p *process) ignores(s unix.Signal) bool { return p.ignored&(1<<(uint(s)-1)) != 0 }

// inForeground says whether Ctrl-C in its terminal is sent to the process, and heeded.
func (p *process) inForeground() bool {
	return p.tty != "" && p.foreground == p.group && !p.ignores(interrupt)
}

// environment is a variable that the process was started with.
func (p *process) environment(name string) string {
	if p.env == nil {
		p.env = map[string]string{}
		for kv := range strings.SplitSeq(readSome(p.dir+"/environ", maxEnvironment), "\x00") {
			if k, v, ok := strings.Cut(kv, "="); ok {
				p.env[k] = v
			}
		}
	}
	return p.env[name]
}

// option is the value of an option, as "-c VALUE", "--config VALUE" or "--config=VALUE".
func (p *process) option(names ...string) string {
	for i, arg := range p.argv {
		if slices.Contains(names, arg) && i+1 < len(p.argv) {
			return p.argv[i+1]
		}
		for _, name := range names {
			if value, ok := strings.CutPrefix(arg, name+"="); ok && strings.HasPrefix(name, "--") {
				return value
			}
		}
	}
	return ""
}

// link is where a link of /proc/PID leads, "cwd" or "fd/0"; empty where it cannot be read.
func (p *process) link(name string) string {
	target, _ := os.Readlink(p.dir + "/" + name)
	return target
}

// title is the name by which people know the process: the kernel's, completed where it was cut at 15 bytes, and that of the
// script that a shell runs.
func (p *process) title() string {
	if script := p.script(); script != "" && p.isShell() {
		return path.Base(script)
	}
	if i := strings.Index(p.name, " /"); i > 0 && len(p.argv) > 0 && strings.HasPrefix(p.argv[0], p.name) {
		return p.name[:i] // a program of Node.js that names itself after its script
	}
	if len(p.name) == 15 && len(p.argv) > 0 {
		if base := path.Base(p.argv[0]); strings.HasPrefix(base, p.name) && !strings.ContainsAny(base, " :") {
			return base
		}
	}
	return p.name
}

var shells = []string{"sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "fish", "tcsh", "csh"}

func (p *process) isShell() bool { return slices.Contains(shells, p.name) }

// script is the file that an interpreter was given to run.
func (p *process) script() string {
	for _, arg := range p.argv[min(1, len(p.argv)):] {
		if arg == "-c" || arg == "--" {
			return ""
		}
		if !strings.HasPrefix(arg, "-") {
			return arg
		}
	}
	return ""
}

// wrappers do nothing but run another program. Most become that program; these stay, or may.
var wrappers = strings.Fields(`sudo su doas runuser setpriv env nohup setsid timeout stdbuf nice ionice chrt taskset flock unshare nsenter
	tini dumb-init docker-init catatonit bwrap script unbuffer strace xargs start-stop-daem`)

func (p *process) wraps() bool {
	return slices.Contains(wrappers, p.name) || p.isShell() && slices.Contains(p.argv, "-c")
}

func (r *Reader) user(uid uint32) string {
	name, known := r.users[uid]
	if !known {
		name = holder.UserName(strconv.FormatUint(uint64(uid), 10))
		r.users[uid] = name
	}
	return name
}

func (r *Reader) isManager(pid int) bool {
	p := r.process(pid)
	return p != nil && p.name == "systemd"
}

// readSome reads the beginning of a file of the kernel's.
func readSome(path string, most int64) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	b, _ := io.ReadAll(io.LimitReader(f, most))
	return string(b)
}
