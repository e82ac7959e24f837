// Package systemd answers which units the host has, what they run, and whether they do. It reads the files that systemd
// reads and the control groups that it makes: that needs no right to speak to systemd, and works where it is not running.
package systemd

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"safeport/internal/claim"
)

// directories are where units of the system stand, the first that has one first (systemd.unit(5), "Unit File Load Path").
var directories = []string{
	"etc/systemd/system", "run/systemd/system", "usr/local/lib/systemd/system", "usr/lib/systemd/system", "lib/systemd/system",
}

// Units finds those of the named units that the host has, below root, which is "/" but in tests. A masked unit is none.
// The error says what could not be read; what was found stands all the same.
func Units(root string, names []string) ([]claim.Unit, error) {
	var found []claim.Unit
	var errs []error
	for _, name := range names {
		u, err := find(root, name)
		if err != nil {
			errs = append(errs, err)
		}
		if u != nil {
			found = append(found, *u)
		}
	}
	return found, errors.Join(errs...)
}

func find(root, name string) (*claim.Unit, error) {
	for _, dir := range directories {
		path := filepath.Join(root, dir, name)
		if target, err := os.Readlink(path); err == nil && target == "/dev/null" {
			return nil, nil
		}
		text, err := readText(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		u := &claim.Unit{Name: name, File: path, Enabled: enabled(root, name), Running: running(root, name)}
		f := unitFile{root: root, name: name}
		f.read(text)
		err = f.readDropIns()
		u.Args, u.Env = f.args, f.env
		return u, err
	}
	return nil, nil
}

// enabled says whether a target pulls the unit in: "systemctl enable" makes a link in the target's directory.
func enabled(root, name string) bool {
	for _, kind := range []string{"wants", "requires"} {
		links, _ := filepath.Glob(filepath.Join(root, "etc/systemd/system/*."+kind, name)) // the pattern is well-formed
		if len(links) > 0 {
			return true
		}
	}
	return false
}

// running says whether the unit's control group has processes: on the unified hierarchy, alone or beside those of version
// 1, the kernel says so for the whole subtree; in version 1 systemd keeps a hierarchy of its own.
func running(root, name string) bool {
	for _, dir := range []string{"sys/fs/cgroup", "sys/fs/cgroup/unified", "sys/fs/cgroup/systemd"} {
		group := filepath.Join(root, dir, "system.slice", name)
		if events, err := os.ReadFile(filepath.Join(group, "cgroup.events")); err == nil {
			return hasLine(string(events), "populated 1")
		}
		if procs, err := os.ReadFile(filepath.Join(group, "cgroup.procs")); err == nil && len(procs) > 0 {
			return true
		}
	}
	return false
}
