package lab

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// dirPattern names the directories of hosts, and by their last element the namespaces.
const dirPattern = "safeport-lab-*"

// mark is the variable that every process of a host has in its environment, with the host's directory as its value.
const mark = "SAFEPORT_LAB_HOST"

// claimDir makes a host's directory and locks it. The kernel lets go of the lock when this process ends, however it ends:
// a directory that can be locked has no owner any more. It gets its name only when it is locked, so that nobody takes it
// for a leftover in between.
func claimDir(in string) (dir string, release func(), err error) {
	unnamed, err := os.MkdirTemp(in, "."+dirPattern)
	if err != nil {
		return "", nil, err
	}
	lock, err := lockDir(unnamed)
	if err != nil {
		return "", nil, err
	}
	dir = filepath.Join(in, strings.TrimPrefix(filepath.Base(unnamed), "."))
	err = errors.Join(
		os.Chmod(unnamed, 0o755), // unprivileged users run programs from it
		os.Mkdir(filepath.Join(unnamed, "bin"), 0o755),
		os.Rename(unnamed, dir),
	)
	return dir, func() { lock.Close() }, err
}

func lockDir(dir string) (*os.File, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("locking %s: %w", dir, err)
	}
	return f, nil
}

// removeLeftovers removes the hosts of runs that are no more.
func removeLeftovers(in string) error {
	dirs, err := filepath.Glob(filepath.Join(in, dirPattern))
	if err != nil {
		return err
	}
	var errs []error
	for _, dir := range dirs {
		lock, err := lockDir(dir)
		if err != nil {
			continue // in use, or gone this moment
		}
		errs = append(errs, remove(dir))
		lock.Close()
	}
	return errors.Join(errs...)
}

// remove ends a host: its processes, mounts, namespaces and files.
func remove(dir string) error {
	err := errors.Join(endProcesses(dir), unmountBelow(dir))
	for _, name := range []string{filepath.Base(dir), filepath.Base(dir) + "-peer"} {
		if _, statErr := os.Stat(filepath.Join("/run/netns", name)); statErr == nil {
			err = errors.Join(err, (&Namespace{name}).remove())
		}
	}
	// systemd-nspawn leaves a directory behind for each machine.
	propagated := filepath.Join("/run/systemd/nspawn/propagate", filepath.Base(dir))
	return errors.Join(err, removeCgroup(filepath.Base(dir)), os.RemoveAll(propagated), os.RemoveAll(dir))
}

// endProcesses kills the processes of a host. An engine's containers do not have the mark in their environment, but their
// parents, containerd's shims, do. It looks again until there is none left: a process may start another meanwhile.
func endProcesses(dir string) error {
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		pids, err := processesOf(dir)
		if err != nil || len(pids) == 0 {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("processes %v do not end", pids)
		}
		for _, pid := range pids {
			unix.Kill(pid, unix.SIGKILL)
		}
	}
}

// processesOf lists the processes that have the host's mark, and their children.
func processesOf(dir string) ([]int, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	marked, parents := map[int]bool{}, map[int]int{}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		parent, alive := parentOf(pid)
		if !alive {
			continue
		}
		parents[pid] = parent
		environ, _ := os.ReadFile(filepath.Join("/proc", e.Name(), "environ"))
		marked[pid] = bytes.Contains(append(environ, 0), []byte(mark+"="+dir+"\x00"))
	}
	var pids []int
	for pid, parent := range parents {
		if marked[pid] || marked[parent] {
			pids = append(pids, pid)
		}
	}
	return pids, nil
}

// parentOf is the parent of a process that has not ended. One that nobody has waited for yet has.
func parentOf(pid int) (parent int, alive bool) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, false
	}
	// The name, in parentheses, may hold anything; the state and the parent follow it.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	parent, err = strconv.Atoi(string(fields[1]))
	return parent, err == nil && string(fields[0]) != "Z"
}

// unmountBelow unmounts what an engine mounted in the host's directory, the inner mounts first.
func unmountBelow(dir string) error {
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return err
	}
	var points []string
	for line := range strings.Lines(string(mounts)) {
		if fields := strings.Fields(line); len(fields) > 4 && strings.HasPrefix(fields[4], dir+"/") {
			points = append(points, fields[4])
		}
	}
	sort.Sort(sort.Reverse(sort.StringSlice(points)))
	var errs []error
	for _, point := range points {
		if err := unix.Unmount(point, unix.MNT_DETACH); err != nil {
			errs = append(errs, fmt.Errorf("unmounting %s: %w", point, err))
		}
	}
	return errors.Join(errs...)
}
