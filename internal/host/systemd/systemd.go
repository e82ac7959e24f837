// Package systemd answers what units the host has: which of them listen, or will when the host starts, for whom, and what
// an installation by script runs. It asks systemd itself where that is allowed and wakes nobody, and otherwise reads the
// files that systemd reads, which needs no right and works where it does not run.
package systemd

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Manager is one systemd: that of a host, or a user's own.
type Manager struct {
	root        string   // "/", or what a systemd in a container has there: "/proc/812/root"
	directories []string // where its units stand, the first that has one first
	quadlets    []string // where Podman's files stand, likewise
	generator   string   // of Podman, that makes units of them, below the directories of a systemd
	private     string   // the socket on which it speaks to its own user alone
	slice       string   // the cgroup of its services, if they say nothing else
	group       string   // the cgroup that it has for itself and all of them; empty: the root
	uid         uint32   // of a user's own: whose, where that is known
	rootsPorts  int      // ports below are for root alone, and its units cannot have them; 0: they can
	index       func() index

	patience time.Duration // how long it may take to answer
	silent   atomic.Bool   // it did not answer in time

	room     int   // how many entries of directories may still be listed
	unlisted error // why the first of its directories could not be
}

const systemPrivate = "run/systemd/private"

// System is the systemd of the host below root, which is "/" but in tests and for containers.
func System(root string) *Manager {
	m := &Manager{
		root: root, private: systemPrivate, slice: "system.slice", room: maxEntries, patience: hostsPatience,
		// systemd.unit(5), "Unit File Load Path". /lib is a directory of its own on hosts that have not merged it with /usr.
		directories: strings.Fields(`etc/systemd/system.control run/systemd/system.control run/systemd/transient
			run/systemd/generator.early etc/systemd/system etc/systemd/system.attached run/systemd/system
			run/systemd/system.attached run/systemd/generator usr/local/lib/systemd/system usr/lib/systemd/system
			lib/systemd/system run/systemd/generator.late`),
		quadlets:  strings.Fields("run/containers/systemd etc/containers/systemd usr/share/containers/systemd"),
		generator: "system-generators/podman-system-generator",
	}
	m.index = sync.OnceValue(m.list)
	return m
}

// User is a user's own systemd. home is the user's, and run what XDG_RUNTIME_DIR says: /run/user/1000.
func User(root, home, run string) *Manager {
	m := &Manager{root: root, private: run + "/systemd/private", slice: "app.slice", room: maxUserEntries, patience: othersPatience}
	m.directories = []string{
		home + "/.config/systemd/user.control", run + "/systemd/user.control", run + "/systemd/transient",
		run + "/systemd/generator.early", home + "/.config/systemd/user", "etc/systemd/user", run + "/systemd/user",
		"run/systemd/user", run + "/systemd/generator", home + "/.local/share/systemd/user",
		"usr/local/share/systemd/user", "usr/share/systemd/user", "usr/local/lib/systemd/user", "usr/lib/systemd/user",
		run + "/systemd/generator.late",
	}
	m.index = sync.OnceValue(m.list)
	return m
}

// Runs says whether the host was booted with systemd (sd_booted(3)).
func (m *Manager) Runs() bool {
	_, err := os.Stat(m.path("run/systemd/system"))
	return err == nil
}

func (m *Manager) path(elem ...string) string {
	return filepath.Join(append([]string{m.root}, elem...)...)
}

// running says whether a unit's control group has processes. Before version 247 a user's systemd had no slice for them.
func (m *Manager) running(u *unit) bool {
	return m.populated(m.cgroup(u)) || m.group != "" && m.populated(m.group+"/"+u.name)
}

// populated says whether a control group has processes: on the unified hierarchy, alone or beside those of version 1, the
// kernel says so for the whole subtree; in version 1 systemd keeps a hierarchy of its own. A unit's file may name any slice:
// one that would lead out of the hierarchies is none.
func (m *Manager) populated(cgroup string) bool {
	if !filepath.IsLocal(cgroup) {
		return false
	}
	for _, dir := range []string{"sys/fs/cgroup", "sys/fs/cgroup/unified", "sys/fs/cgroup/systemd"} {
		group := m.path(dir, cgroup)
		if events, err := os.ReadFile(filepath.Join(group, "cgroup.events")); err == nil {
			return hasLine(string(events), "populated 1")
		}
		if procs, err := os.ReadFile(filepath.Join(group, "cgroup.procs")); err == nil && len(procs) > 0 {
			return true
		}
	}
	return false
}

// cgroup is where systemd puts the unit's processes. "a-b.slice" lies in "a.slice"; instances of a template are in a slice
// of its name.
func (m *Manager) cgroup(u *unit) string {
	slice := u.last("Service", "Slice")
	switch {
	case slice != "":
	case u.instance() != "":
		slice = strings.TrimSuffix(m.slice, ".slice") + "-" + escape(u.prefix()) + ".slice"
	default:
		slice = m.slice
	}
	path := ""
	if m.group != "" {
		path = m.group + "/"
	}
	for i, r := range slice {
		if r == '-' {
			path += slice[:i] + ".slice/"
		}
	}
	return path + slice + "/" + u.name
}
