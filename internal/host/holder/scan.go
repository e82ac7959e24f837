package holder

import (
	"encoding/binary"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// search looks for the processes that have sockets open, by reading /proc/PID/fd: the last resort, as it costs a system
// call a descriptor on the host. It stops as soon as every socket is found.
type search struct {
	proc   string
	wanted map[uint32]bool // inodes

	mu       sync.Mutex
	found    map[uint32]int // inode → pid
	systemds map[uint32]int // inode → pid of a systemd that has it too, if one was come across
	left     atomic.Int32

	readings *Readings // of processes that were found
	all      bool      // every socket is wanted
}

func newSearch(proc string, inodes []uint32) *search {
	s := &search{proc: proc, wanted: map[uint32]bool{}, found: map[uint32]int{}, systemds: map[uint32]int{}, readings: NewReadings(proc)}
	for _, inode := range inodes {
		s.wanted[inode] = true
	}
	s.left.Store(int32(len(s.wanted)))
	return s
}

func (s *search) done() bool { return s.left.Load() <= 0 }

// everywhere searches all processes. A service opens its listener early, among its first descriptors, so those of every
// process are looked at before all of any. Processes of the sockets' users come first, as hardly any program changes its
// user after it bound a port.
func (s *search) everywhere(uids map[uint32]bool) {
	likely, rest := s.list(uids)
	for _, pids := range [][]int{likely, rest} {
		s.sideBySide(pids, s.firstDescriptors)
	}
	for _, pids := range [][]int{likely, rest, {1}} {
		s.sideBySide(pids, s.process)
	}
}

// sideBySide looks through processes with two readers, which go from both ends of the list towards each other: the holder
// is commonly among the oldest (a service) or among the youngest (what was just started).
func (s *search) sideBySide(pids []int, look func(pid int, mem *scratch)) {
	q := queue{pids: pids}
	var readers sync.WaitGroup
	for _, take := range []func() (int, bool){q.first, q.last} {
		readers.Go(func() {
			mem := newScratch()
			for pid, ok := take(); ok && !s.done(); pid, ok = take() {
				look(pid, mem)
			}
		})
	}
	readers.Wait()
}

// list splits the host's processes into those of the users and the rest. The first process is in neither: systemd holds
// every socket that it passed on, and the service that got it is the better answer.
func (s *search) list(uids map[uint32]bool) (likely, rest []int) {
	dir, err := os.Open(s.proc)
	if err != nil {
		return nil, nil
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil || pid == 1 {
			continue
		}
		var st unix.Stat_t
		if unix.Lstat(s.proc+"/"+name, &st) != nil {
			continue
		}
		if uids[st.Uid] {
			likely = append(likely, pid)
		} else {
			rest = append(rest, pid)
		}
	}
	return likely, rest
}

// scratch is memory that is used again for every process.
type scratch struct{ entries, link []byte }

func newScratch() *scratch { return &scratch{make([]byte, 32<<10), make([]byte, 64)} }

// firstDescriptors looks at the descriptors 3 to 9 of a process, without listing its directory: that alone would cost as
// much as it has descriptors.
func (s *search) firstDescriptors(pid int, mem *scratch) {
	dir, err := s.descriptors(pid)
	if err != nil {
		return
	}
	defer unix.Close(dir)
	for digit := byte('3'); digit <= '9' && !s.done(); digit++ {
		s.descriptor(pid, dir, []byte{digit, 0}, mem)
	}
}

func (s *search) descriptors(pid int) (dir int, err error) {
	return unix.Open(s.proc+"/"+strconv.Itoa(pid)+"/fd", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
}

// process looks through the descriptors of one process. It is the hot loop of a scan, hence the system calls without
// the standard library's strings: a host with 100,000 descriptors takes 100,000 turns.
func (s *search) process(pid int, mem *scratch) {
	dir, err := s.descriptors(pid)
	if err != nil {
		return // gone, or not ours to look into
	}
	defer unix.Close(dir)
	for s.bufferful(pid, dir, mem) && !s.done() {
	}
}

// bufferful looks through as many descriptors as one reading of the directory gives; false at its end.
func (s *search) bufferful(pid, dir int, mem *scratch) bool {
	n, err := unix.Getdents(dir, mem.entries)
	if err != nil || n <= 0 {
		return false
	}
	for rest := mem.entries[:n]; len(rest) > direntName && !s.done(); {
		size := binary.NativeEndian.Uint16(rest[direntLen:])
		if rest[direntName] != '.' {
			s.descriptor(pid, dir, rest[direntName:], mem)
		}
		rest = rest[size:]
	}
	return true
}

// Offsets in struct linux_dirent64.
const (
	direntLen  = 16
	direntName = 19
)

const socketLink = "socket:["

// descriptor reads one link such as "socket:[12345]". name is NUL-terminated, as it stands in a directory's buffer.
func (s *search) descriptor(pid, dir int, name []byte, mem *scratch) {
	n, _, errno := unix.Syscall6(unix.SYS_READLINKAT, uintptr(dir), uintptr(unsafe.Pointer(&name[0])),
		uintptr(unsafe.Pointer(&mem.link[0])), uintptr(len(mem.link)), 0, 0)
	if errno != 0 || int(n) <= len(socketLink) || string(mem.link[:len(socketLink)]) != socketLink {
		return
	}
	var inode uint32
	for _, digit := range mem.link[len(socketLink) : n-1] {
		inode = inode*10 + uint32(digit-'0')
	}
	switch {
	case s.all:
		s.wanted[inode] = true
	case s.wanted[inode]:
		s.record(inode, pid)
	}
}

func (s *search) record(inode uint32, pid int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.readings.isSystemd(pid) {
		s.systemds[inode] = pid // the service that it handed the socket to, if it has, is the better answer
		return
	}
	if _, known := s.found[inode]; !known {
		s.found[inode] = pid
		s.left.Add(-1)
	}
}

// shares says whether a process has the socket open, as far as its first few hundred descriptors tell: one that hands a
// listener on to its children has it among them, and a parent of thousands of files is not worth the time.
func shares(proc string, pid int, inode uint32) bool {
	s := newSearch(proc, []uint32{inode})
	mem := &scratch{make([]byte, 8<<10), make([]byte, 64)}
	if s.firstDescriptors(pid, mem); s.done() {
		return true
	}
	dir, err := s.descriptors(pid)
	if err != nil {
		return false
	}
	defer unix.Close(dir)
	s.bufferful(pid, dir, mem)
	return s.done() || s.systemds[inode] != 0
}

// socketsOf are the sockets that a process has among its first few hundred descriptors.
func socketsOf(proc string, pid int) map[uint32]bool {
	s := newSearch(proc, nil)
	s.all = true
	s.left.Store(1)
	dir, err := s.descriptors(pid)
	if err != nil {
		return nil
	}
	defer unix.Close(dir)
	s.bufferful(pid, dir, &scratch{make([]byte, 8<<10), make([]byte, 64)})
	return s.wanted
}
