package lab

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// unifiedCgroups is where the unified hierarchy is mounted: below the controllers of version 1 on a hybrid host.
func unifiedCgroups() string {
	const hybrid = "/sys/fs/cgroup/unified"
	if _, err := os.Stat(hybrid); err == nil {
		return hybrid
	}
	return "/sys/fs/cgroup"
}

// UnifiedCgroups says whether there is a unified hierarchy. A host may have the controllers of version 1 alone.
func UnifiedCgroups() bool {
	var s unix.Statfs_t
	return unix.Statfs(unifiedCgroups(), &s) == nil && s.Type == unix.CGROUP2_SUPER_MAGIC
}

// systemdCgroups is the hierarchy without controllers that systemd has where the controllers are those of version 1.
const systemdCgroups = "/sys/fs/cgroup/systemd"

// Cgroup is the directory of a cgroup below the host's own one, such as "system.slice/nginx.service".
func (h *Host) Cgroup(name string) string {
	return filepath.Join(unifiedCgroups(), filepath.Base(h.dir), name)
}

// openCgroup makes a cgroup.
func (h *Host) openCgroup(name string) (*os.File, error) {
	path := h.Cgroup(name)
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, err
	}
	return os.Open(path)
}

// removeCgroup removes a cgroup and those below it, the inner ones first. Their files are the kernel's, and go with them.
func removeCgroup(name string) error {
	return errors.Join(removeTree(filepath.Join(unifiedCgroups(), name)), removeTree(filepath.Join(systemdCgroups, name)))
}

func removeTree(top string) error {
	var dirs []string
	err := filepath.WalkDir(top, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() {
			dirs = append(dirs, path)
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, dir := range slices.Backward(dirs) {
		err = errors.Join(err, removeLeft(dir))
	}
	return err
}

// removeLeft removes a cgroup when the last of its killed processes has left it: the first one of a pid namespace does so
// after all others.
func removeLeft(dir string) (err error) {
	for range 200 {
		if err = os.Remove(dir); !errors.Is(err, unix.EBUSY) {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	return err
}
