// Package holder finds who is behind a socket: its cgroup, and from it the systemd unit or the container, and its process.
//
// The cheap way comes first. From kernel 5.8 on sock_diag tells the cgroup that a socket was created in; the processes of
// that one cgroup are looked through. Only where it says nothing (an old kernel, everything in the root cgroup) are the
// descriptors of the whole host read.
package holder

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"sync"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/bpf"
	"github.com/safeport/safeport/internal/port"
)

// Finder finds holders.
type Finder struct {
	proc      string
	cgroups   cgroups
	readings  *Readings
	processes map[int]*facts.Process     // that were read
	sockets   map[int]map[uint32]bool    // that a parent has among its first descriptors
	began     func() ([]bpf.Open, error) // awaits the list of [Finder.Begin]; nil: it has not begun
}

// Open makes a Finder. procRoot is "/proc".
func Open(procRoot string) *Finder {
	return newFinder(procRoot, CgroupMount(procRoot))
}

func newFinder(procRoot, mount string) *Finder {
	return &Finder{
		proc: procRoot, readings: NewReadings(procRoot), cgroups: cgroups{mount: mount, paths: map[uint64]string{}},
		processes: map[int]*facts.Process{}, sockets: map[int]map[uint32]bool{},
	}
}

// Readings are what it has read of processes.
func (f *Finder) Readings() *Readings { return f.readings }

// Fill adds to each port use that is a socket its cgroup, unit, container id and process, as far as they can be seen.
func (f *Finder) Fill(claims []facts.PortUse) {
	seen := found{pids: map[uint32]int{}, systemds: map[uint32]int{}}
	uids := map[uint32]uint32{}        // of the sockets, by inode
	inCgroups := map[string][]uint32{} // inodes, by where they were made
	for i := range claims {
		c := &claims[i]
		if c.Socket == nil || c.Socket.Inode == 0 {
			continue
		}
		c.Cgroup = f.cgroups.path(c.Socket.CgroupID)
		uids[c.Socket.Inode] = c.Socket.UID
		inCgroups[c.Cgroup] = append(inCgroups[c.Cgroup], c.Socket.Inode)
	}
	open, listed := f.list(uids)
	for path, inodes := range inCgroups {
		if listed {
			inodes = slices.DeleteFunc(inodes, func(inode uint32) bool { return len(open[inode]) < 2 })
		}
		maps.Copy(seen.pids, f.inCgroup(path, inodes))
	}
	rest, users := make([]uint32, 0, len(uids)), map[uint32]bool{}
	for inode, uid := range uids {
		if seen.pids[inode] == 0 {
			rest, users[uid] = append(rest, inode), true
		}
	}
	if len(rest) > 0 {
		s := newSearch(f.proc, rest)
		s.readings = f.readings
		if listed {
			f.readings.ahead(slices.Compact(slices.Sorted(flat(open))))
			s.among(open)
		} else {
			s.everywhere(users)
		}
		maps.Copy(seen.pids, s.found)
		seen.systemds = s.systemds
	}
	f.readings.ahead(slices.Compact(slices.Sorted(maps.Values(seen.pids))))
	for i := range claims {
		f.describe(&claims[i], seen)
	}
	nameTunnels(claims)
}

// found are the processes that have sockets open, by the sockets' inodes.
type found struct{ pids, systemds map[uint32]int }

// nameTunnels finds the kernel's own sockets among those that no process has.
func nameTunnels(claims []facts.PortUse) {
	devices := sync.OnceValue(tunnels)
	for i := range claims {
		c := &claims[i]
		if c.Protocol == port.UDP && c.Socket != nil && c.Process == nil {
			c.Tunnel = cmp.Or(devices()[c.Ports.First], devices()[0])
		}
	}
}

// inCgroup looks for sockets in the processes of one cgroup.
func (f *Finder) inCgroup(path string, inodes []uint32) map[uint32]int {
	if path == "" || path == "/" || len(inodes) == 0 {
		return nil // everybody
	}
	s := newSearch(f.proc, inodes)
	s.readings = f.readings
	mem := newScratch()
	for _, pid := range f.cgroups.pids(path) {
		if s.process(pid, mem); s.done() {
			break
		}
	}
	return s.found
}

// process describes a process, each socket's by itself: what is found out about one is not all the others'.
func (f *Finder) process(pid int) *facts.Process {
	p, known := f.processes[pid]
	if !known {
		p = f.readings.process(pid)
		f.processes[pid] = p
	}
	if p == nil {
		return nil
	}
	own := *p
	return &own
}

func (f *Finder) describe(c *facts.PortUse, seen found) {
	if c.Socket == nil || c.Socket.Inode == 0 {
		return
	}
	group := ReadGroup(c.Cgroup)
	pid, systemd := seen.pids[c.Socket.Inode], seen.systemds[c.Socket.Inode]
	switch {
	case pid > 1:
		pid, systemd = f.topmost(pid, c.Socket.Inode, group.Systemd)
	case pid == 0 && systemd != 0:
		pid = systemd
	case pid == 0 && c.Cgroup == "/init.scope":
		systemd = 1 // which this user may not look into
	}
	c.Systemd = systemd
	if pid != 0 {
		c.Process = f.process(pid)
		// What the process says of itself counts for more than where it once made the socket.
		if c.Process != nil {
			if own := ReadGroup(c.Process.Cgroup); own.Unit != "" || own.ContainerID != "" {
				group = own
			}
		}
	}
	c.Unit, c.UserUnit, c.UnitUID, c.Machine = group.Unit, group.UserUnit, group.UID, builtOn("/", group.Machine)
	c.Owner.ID, c.Owner.Engine, c.Owner.Pod = group.ContainerID, group.Engine, group.Pod
}

// User is the user that made the socket.
func User(s *facts.Socket) string { return UserName(strconv.FormatUint(uint64(s.UID), 10)) }
