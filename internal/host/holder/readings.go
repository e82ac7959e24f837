package holder

import (
	"bytes"
	"io"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/mask"
)

// maxStatus bounds what is read of /proc/PID/status, which is longer the more groups a process is in.
const maxStatus = 4096

// Readings are what /proc told of processes, each read once: a host may have thousands that have ports, and who has a port and
// how that came to run are read from the same files.
type Readings struct {
	proc string

	mu        sync.Mutex
	stats     map[int]*Stat // nil: gone
	processes map[int]*Reading
	users     map[uint32]string
	commands  map[string]command // by the file: hosts have hundreds of processes with the same one
	groups    map[string]string  // the line that says most, by the file
}

// command is a command line.
type command struct {
	argv   []string
	masked string
}

// NewReadings has nothing read yet. procRoot is "/proc".
func NewReadings(procRoot string) *Readings {
	return &Readings{
		proc: procRoot, stats: map[int]*Stat{}, processes: map[int]*Reading{},
		users: map[uint32]string{}, commands: map[string]command{}, groups: map[string]string{},
	}
}

// Reading is one process, as its files in /proc have it.
type Reading struct {
	Stat    Stat
	UID     uint32   // the real one: the owner of /proc/PID is root for processes that cannot be dumped
	Ignored uint64   // signals
	Argv    []string // nil: a kernel thread, or a zombie; not to be changed
	Command string   // the same with secrets masked
	Cgroup  string   // its path in the hierarchy that says most
}

// Of reads a process; nil when it is gone.
func (r *Readings) Of(pid int) *Reading { return r.read(pid, make([]byte, maxStatus)) }

// ahead reads processes side by side: to be asked about them later costs nothing then.
func (r *Readings) ahead(pids []int) {
	var next atomic.Int64
	var readers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), 4) {
		readers.Go(func() {
			mem := make([]byte, maxStatus)
			for i := next.Add(1) - 1; i < int64(len(pids)); i = next.Add(1) - 1 {
				r.read(pids[i], mem)
			}
		})
	}
	readers.Wait()
}

func (r *Readings) read(pid int, mem []byte) *Reading {
	r.mu.Lock()
	p, known := r.processes[pid]
	r.mu.Unlock()
	if known {
		return p
	}
	if st := r.statOf(pid, mem); st != nil {
		dir := r.proc + "/" + strconv.Itoa(pid)
		p = &Reading{Stat: *st}
		p.status(readInto(dir+"/status", mem))
		line := r.command(readInto(dir+"/cmdline", mem[:min(len(mem), maxCommand)]))
		p.Argv, p.Command = line.argv, line.masked
		p.Cgroup = r.group(readInto(dir+"/cgroup", mem))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.processes[pid] = p
	return p
}

// stat is nil for a process that is gone.
func (r *Readings) stat(pid int) *Stat { return r.statOf(pid, make([]byte, 1024)) }

func (r *Readings) statOf(pid int, mem []byte) *Stat {
	r.mu.Lock()
	st, known := r.stats[pid]
	r.mu.Unlock()
	if known {
		return st
	}
	if now, err := parseStat(readInto(r.proc+"/"+strconv.Itoa(pid)+"/stat", mem)); err == nil {
		st = &now
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stats[pid] = st
	return st
}

// status reads who a process is, and which signals it does not heed.
func (p *Reading) status(text []byte) {
	for line := range bytes.Lines(text) {
		switch {
		case bytes.HasPrefix(line, []byte("Uid:")):
			uid, _, _ := bytes.Cut(bytes.TrimSpace(line[len("Uid:"):]), []byte("\t"))
			n, _ := strconv.ParseUint(string(uid), 10, 32)
			p.UID = uint32(n)
		case bytes.HasPrefix(line, []byte("SigIgn:")):
			p.Ignored, _ = strconv.ParseUint(string(bytes.TrimSpace(line[len("SigIgn:"):])), 16, 64)
			return
		}
	}
}

func (r *Readings) command(file []byte) command {
	r.mu.Lock()
	defer r.mu.Unlock()
	line, known := r.commands[string(file)]
	if !known {
		line.argv = arguments(string(file))
		line.masked = mask.Command(line.argv)
		r.commands[string(file)] = line
	}
	return line
}

func (r *Readings) group(file []byte) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	best, known := r.groups[string(file)]
	if !known {
		best = choosePath(string(file))
		r.groups[string(file)] = best
	}
	return best
}

// User is the name of a user id, or the id where it has none.
func (r *Readings) User(uid uint32) string {
	name, known := r.users[uid]
	if !known {
		name = UserName(strconv.FormatUint(uint64(uid), 10))
		r.users[uid] = name
	}
	return name
}

// readInto reads the beginning of a file of the kernel's; empty where it cannot be read. It is done for each of thousands of
// processes, hence without the standard library's files, which would be watched for being ready.
func readInto(path string, mem []byte) []byte {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer unix.Close(fd)
	n := 0
	for n < len(mem) {
		more, err := unix.Read(fd, mem[n:])
		if err == unix.EINTR {
			continue
		}
		if err != nil || more <= 0 {
			break
		}
		n += more
	}
	return mem[:n]
}

// ReadSome reads the beginning of a file of the kernel's; empty where it cannot be read.
func ReadSome(path string, most int64) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	b, _ := io.ReadAll(io.LimitReader(f, most))
	return string(b)
}
