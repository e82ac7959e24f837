//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// shared is where the directory stands that the guest shares with whoever booted it.
const shared = "/run/lab"

func mount(source, target, kind string, flags uintptr, data string) error {
	if err := os.MkdirAll(target, 0o755); err != nil {
		return err
	}
	if err := unix.Mount(source, target, kind, flags, data); err != nil {
		return fmt.Errorf("mounting %s at %s: %w", kind, target, err)
	}
	return nil
}

// root makes this machine's files, as they are shared over 9P, the root, with an upper layer in memory. The modules of the
// kernel that runs are among them, at another place.
func root(modules string) error {
	const transport = "trans=virtio,version=9p2000.L,msize=524288,cache=loose"
	var name unix.Utsname
	if err := unix.Uname(&name); err != nil {
		return err
	}
	release := unix.ByteSliceToString(name.Release[:])
	for _, m := range []struct{ source, target, kind, data string }{
		{"host", "/host", "9p", transport},
		{"memory", "/memory", "tmpfs", "mode=755"},
	} {
		if err := mount(m.source, m.target, m.kind, 0, m.data); err != nil {
			return err
		}
	}
	for _, dir := range []string{"/memory/upper", "/memory/work"} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
	}
	if err := mount("root", "/new", "overlay", 0, "lowerdir=/host,upperdir=/memory/upper,workdir=/memory/work"); err != nil {
		return err
	}
	// What this machine keeps in memory itself, and what tests write, is empty; so are directories of other mounts.
	for dir, data := range map[string]string{"tmp": "mode=1777", "run": "mode=755", "var/tmp": "mode=1777"} {
		if err := mount("tmpfs", filepath.Join("/new", dir), "tmpfs", 0, data); err != nil {
			return err
		}
	}
	if err := mount("work", "/new"+shared, "9p", 0, "trans=virtio,version=9p2000.L,msize=524288,cache=none"); err != nil {
		return err
	}
	if err := mount(filepath.Join("/host", modules), filepath.Join("/new/lib/modules", release), "", unix.MS_BIND, ""); err != nil {
		return err
	}
	if err := os.Chdir("/new"); err != nil {
		return err
	}
	if err := unix.Mount(".", "/", "", unix.MS_MOVE, ""); err != nil {
		return fmt.Errorf("moving the root: %w", err)
	}
	if err := unix.Chroot("."); err != nil {
		return err
	}
	return os.Chdir("/")
}

// filesystems mounts those of the kernel.
func filesystems(options map[string]string) error {
	proc := ""
	if options["lab.hidepid"] == "true" {
		proc = "hidepid=2"
	}
	for _, m := range []struct{ kind, target, data string }{
		{"proc", "/proc", proc},
		{"sysfs", "/sys", ""},
		{"devtmpfs", "/dev", ""},
		{"devpts", "/dev/pts", "mode=620,ptmxmode=666"},
		{"tmpfs", "/dev/shm", "mode=1777"},
		{"bpf", "/sys/fs/bpf", ""},
	} {
		if err := mount(m.kind, m.target, m.kind, 0, m.data); err != nil {
			return err
		}
	}
	for from, to := range map[string]string{"/proc/self/fd": "/dev/fd", "/proc/self/fd/0": "/dev/stdin", "/proc/self/fd/1": "/dev/stdout", "/proc/self/fd/2": "/dev/stderr"} {
		if err := os.Symlink(from, to); err != nil && !os.IsExist(err) {
			return err
		}
	}
	return cgroups(options["lab.cgroups"])
}

// cgroups mounts the hierarchies: the unified one alone ("v2"), the controllers of version 1 as systemd mounts them, or
// both, where the unified one is without controllers.
func cgroups(layout string) error {
	const top = "/sys/fs/cgroup"
	switch layout {
	case "", "v2":
		return mount("cgroup2", top, "cgroup2", 0, "")
	case "v1", "hybrid":
	default:
		return fmt.Errorf("%q is no layout of cgroups", layout)
	}
	if err := mount("tmpfs", top, "tmpfs", 0, "mode=755"); err != nil {
		return err
	}
	text, err := os.ReadFile("/proc/cgroups")
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) == 4 && fields[0][0] != '#' && fields[3] == "1" {
			// A controller that a kernel has for the unified hierarchy alone is not there.
			if err := mount("cgroup", filepath.Join(top, fields[0]), "cgroup", 0, fields[0]); err != nil {
				fmt.Println("guest:", err)
				os.Remove(filepath.Join(top, fields[0]))
			}
		}
	}
	if err := mount("cgroup", filepath.Join(top, "systemd"), "cgroup", 0, "none,name=systemd"); err != nil {
		return err
	}
	if layout == "hybrid" {
		return mount("cgroup2", filepath.Join(top, "unified"), "cgroup2", 0, "")
	}
	return nil
}
