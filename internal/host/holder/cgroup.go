package holder

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
)

// Group is what a cgroup's path says of its processes.
type Group struct {
	Path        string
	Unit        string        // "nginx.service"
	UserUnit    bool          // the unit belongs to a user's systemd
	UID         uint32        // UserUnit: of that user
	Systemd     bool          // it is a systemd's own, or one that it made for a socket unit
	ContainerID string        // 64 hexadecimal digits
	Machine     facts.Machine // the container whose own systemd has the unit; zero: it is one of this host's
	Engine      string        // of the container, where the path tells: docker or podman
	Pod         bool          // the container belongs to a Pod of Kubernetes
}

// containerID finds the id in /docker/<id>, docker-<id>.scope, libpod-<id>.scope, libpod-conmon-<id>.scope,
// cri-containerd-<id>.scope, …slice:cri-containerd:<id>, crio-<id>.scope, /kubepods/…/<id> and /libpod_parent/libpod-<id>.
var containerID = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[/:_-])([0-9a-f]{64})(?:\.scope)?(?:/|$)`)
})

// unitName is what systemd takes for the name of such a unit (systemd src/basic/unit-def.h). Whoever has a part of the tree
// to himself may call a cgroup otherwise: "systemctl stop '*.service'" stops all that there are.
var unitName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[\w:.\\@-]{1,247}\.(?:service|socket)$`)
})

// ReadGroup tells what the path of a cgroup means.
func ReadGroup(path string) Group {
	g := Group{Path: path}
	if m := containerID().FindAllStringSubmatch(path, -1); m != nil {
		g.ContainerID = m[len(m)-1][1]
		g.Engine, g.Pod = engineOf(path)
	}
	names := strings.Split(strings.Trim(path, "/"), "/")
	left := -1 // the last name that no systemd gives to what it puts slices into: below it there is another one
	for i, name := range names {
		of, isManager := strings.CutPrefix(name, "user@")
		uid, err := strconv.ParseUint(strings.TrimSuffix(of, ".service"), 10, 32)
		isManager = isManager && err == nil
		if left >= 0 && g.ContainerID == "" && (strings.HasSuffix(name, ".slice") || name == "init.scope") {
			g = Group{Path: path, Machine: machineOf(names[:i])}
			left = -1
		}
		switch {
		case isManager:
			g.UserUnit, g.UID = true, uint32(uid)
			continue
		case !unitName().MatchString(name):
		case strings.HasSuffix(name, ".service"):
			g.Unit = name
		default:
			g.Unit, g.Systemd = name, true
		}
		if name != "" && !strings.HasSuffix(name, ".slice") {
			left = i
		}
	}
	g.Systemd = g.Systemd || strings.HasSuffix(path, "/init.scope")
	return g
}

// cgroups finds cgroups by the id that sock_diag tells.
type cgroups struct {
	paths map[uint64]string // that were found; nil: each is looked for
	mount string            // of the cgroup v2 tree: /sys/fs/cgroup, or /sys/fs/cgroup/unified on a hybrid host; "" without one
}

// CgroupMount is where the unified hierarchy is mounted; empty where it is not.
func CgroupMount(procRoot string) string {
	b, err := os.ReadFile(procRoot + "/self/mountinfo")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(b)) {
		// "… 28 0:25 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw"
		before, after, ok := strings.Cut(line, " - ")
		if fields := strings.Fields(before); ok && strings.HasPrefix(after, "cgroup2 ") && len(fields) > 4 {
			return fields[4]
		}
	}
	return ""
}

// path is the cgroup with the id, from the mount on ("/system.slice/nginx.service"); "/" and "" say nothing about anybody.
//
// The id is the inode of the cgroup's directory. A handle made of it is opened directly where that is allowed
// (CAP_DAC_READ_SEARCH); otherwise the tree is walked.
func (c cgroups) path(id uint64) string {
	if c.mount == "" || id == 0 {
		return ""
	}
	if path, known := c.paths[id]; known {
		return path
	}
	path, err := c.byHandle(id)
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.EOPNOTSUPP) {
		path = c.byWalk(id)
	}
	if c.paths != nil {
		c.paths[id] = path
	}
	return path
}

const fileIDKernfs = 0xfe // FILEID_KERNFS of linux/exportfs.h: the handle is the 64-bit id

func (c cgroups) byHandle(id uint64) (string, error) {
	mount, err := unix.Open(c.mount, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return "", err
	}
	defer unix.Close(mount)
	raw := binary.NativeEndian.AppendUint64(nil, id)
	fd, err := unix.OpenByHandleAt(mount, unix.NewFileHandle(fileIDKernfs, raw), unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC)
	if err != nil {
		return "", err // ESTALE: the cgroup is gone
	}
	defer unix.Close(fd)
	target, err := os.Readlink("/proc/self/fd/" + strconv.Itoa(fd))
	if err != nil {
		return "", err
	}
	return strings.TrimPrefix(target, c.mount), nil
}

func (c cgroups) byWalk(id uint64) (found string) {
	filepath.WalkDir(c.mount, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return nil
		}
		var st unix.Stat_t
		if unix.Lstat(path, &st) == nil && st.Ino == id {
			found = strings.TrimPrefix(path, c.mount)
			return filepath.SkipAll
		}
		return nil
	})
	return found
}

// pids are the processes in the cgroup.
func (c cgroups) pids(path string) []int {
	b, err := os.ReadFile(filepath.Join(c.mount, path, "cgroup.procs"))
	if err != nil {
		return nil
	}
	var pids []int
	for line := range strings.Lines(string(b)) {
		if pid, err := strconv.Atoi(strings.TrimSpace(line)); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}
