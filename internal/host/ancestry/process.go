package ancestry

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/host/holder"
)

// maxEnvironment bounds what is read of a process's environment; it may have megabytes.
const maxEnvironment = 128 << 10

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
	read := r.readings.Of(pid)
	if read == nil {
		return nil
	}
	return &process{
		dir: r.proc + "/" + strconv.Itoa(pid), pid: pid, name: read.Stat.Name, parent: read.Stat.Parent, group: read.Stat.Group,
		session: read.Stat.Session, foreground: read.Stat.Foreground, tty: ttyName(uint32(read.Stat.TTY)),
		start: read.Stat.Ticks, started: holder.SinceBoot(read.Stat.Ticks), uid: read.UID, ignored: read.Ignored,
		argv: read.Argv, command: read.Command, cgroup: r.group(read.Cgroup),
	}
}

// group reads the path of a cgroup, which many processes have in common.
func (r *Reader) group(path string) holder.Group {
	g, known := r.groups[path]
	if !known {
		g = holder.ReadGroup(path)
		r.groups[path] = g
	}
	return g
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
		for kv := range strings.SplitSeq(holder.ReadSome(p.dir+"/environ", maxEnvironment), "\x00") {
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
	// The number of a descriptor is nobody's name.
	if script := p.script(); script != "" && p.isShell() && !strings.HasPrefix(script, "/dev/fd/") && !strings.HasPrefix(script, "/proc/self/fd/") {
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
	return r.readings.User(uid)
}

func (r *Reader) isManager(pid int) bool {
	p := r.process(pid)
	return p != nil && p.name == "systemd"
}
