package lab

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Running is a process that is in a namespace.
type Running struct {
	PID    int
	Start  string // since boot; with the PID it is one process and no other
	Name   string
	Cgroup string // in the unified hierarchy, or in systemd's own
}

// Processes are all that are in the namespace, whoever started them.
func (n *Namespace) Processes() ([]Running, error) {
	var ns unix.Stat_t
	if err := unix.Stat(filepath.Join("/run/netns", n.Name), &ns); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	var list []Running
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		var own unix.Stat_t
		if unix.Stat(fmt.Sprintf("/proc/%d/ns/net", pid), &own) != nil || own.Ino != ns.Ino {
			continue
		}
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue
		}
		open, end := bytes.IndexByte(stat, '('), bytes.LastIndexByte(stat, ')')
		fields := strings.Fields(string(stat[end+1:]))
		if fields[0] == "Z" {
			continue
		}
		list = append(list, Running{PID: pid, Name: string(stat[open+1 : end]), Start: fields[19], Cgroup: cgroupOf(pid)})
	}
	return list, nil
}

// cgroupOf is the longest path that a process has in any hierarchy: systemd's own, where the controllers are elsewhere.
func cgroupOf(pid int) (longest string) {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", pid))
	for line := range strings.Lines(string(text)) {
		if parts := strings.SplitN(strings.TrimSpace(line), ":", 3); len(parts) == 3 && len(parts[2]) > len(longest) {
			longest = parts[2]
		}
	}
	return longest
}

// Sockets are the inodes of sockets that a process has open.
func (r Running) Sockets() (inodes []string) {
	links, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", r.PID))
	for _, link := range links {
		target, _ := os.Readlink(link)
		if inode, ok := strings.CutPrefix(target, "socket:["); ok {
			inodes = append(inodes, strings.TrimSuffix(inode, "]"))
		}
	}
	return inodes
}
