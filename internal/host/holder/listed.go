package holder

import (
	"iter"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/host/bpf"
)

// From so many processes on, or of so many sockets, the kernel is asked to list who has sockets open. For less, to read
// /proc is as fast, and leaves no trace in the host's audit log.
const (
	manyProcesses = 300
	manySockets   = 1000
)

// Begin has the kernel list who has which socket, on a host with many processes, while the sockets are still being read.
func (f *Finder) Begin() {
	if !f.crowded() {
		return
	}
	type answer struct {
		all []bpf.Open
		err error
	}
	ready := make(chan answer, 1)
	go func() {
		all, err := bpf.Sockets()
		ready <- answer{all, err}
	}()
	f.began = func() ([]bpf.Open, error) {
		a := <-ready
		return a.all, a.err
	}
}

// crowded says whether the host has many processes, which the kernel counts as links of /proc.
func (f *Finder) crowded() bool {
	var proc unix.Stat_t
	return f.proc == "/proc" && unix.Stat(f.proc, &proc) == nil && proc.Nlink >= manyProcesses
}

// list has the kernel say who has the sockets open: the processes by their inodes, those with lower numbers first. It says
// so to root, outside of containers, on most kernels from 5.11 on.
func (f *Finder) list(sockets map[uint32]uint32) (open map[uint32][]int, listed bool) {
	if ask := f.began; ask != nil {
		f.began = nil
		if open, listed = pick(sockets, ask); len(open) == len(sockets) {
			return open, listed
		}
		// One that was opened since then is in a new list.
	}
	if f.proc != "/proc" || len(sockets) == 0 || len(sockets) < manySockets && !f.crowded() {
		return nil, false
	}
	return pick(sockets, bpf.Sockets)
}

// pick takes the sockets from a list of all.
func pick(sockets map[uint32]uint32, list func() ([]bpf.Open, error)) (open map[uint32][]int, listed bool) {
	all, err := list()
	if err != nil {
		return nil, false
	}
	open = make(map[uint32][]int, len(sockets))
	for _, o := range all {
		if _, wanted := sockets[o.Inode]; !wanted {
			continue
		}
		pid := int(o.PID)
		if known := open[o.Inode]; len(known) == 0 || known[len(known)-1] != pid {
			open[o.Inode] = append(known, pid)
		}
	}
	return open, true
}

// flat are the processes of all sockets.
func flat(open map[uint32][]int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for _, pids := range open {
			for _, pid := range pids {
				if !yield(pid) {
					return
				}
			}
		}
	}
}

// among takes the processes from a list of those that have the sockets. The first process of the host comes last: whoever has
// got a socket from it is the better answer.
func (s *search) among(open map[uint32][]int) {
	for inode := range s.wanted {
		pids := open[inode]
		if len(pids) > 1 && pids[0] == 1 {
			pids = append(pids[1:len(pids):len(pids)], 1)
		}
		for _, pid := range pids {
			s.record(inode, pid)
		}
	}
}
