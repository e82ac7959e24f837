package ancestry

import (
	"slices"
	"time"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/holder"
)

// Reader reads chains, and keeps what it has read of the processes that they have in common.
type Reader struct {
	proc      string // "/proc"
	root      string // "/"
	processes map[int]*process
	readings  *holder.Readings
	groups    map[string]holder.Group
	places    map[string][]facts.Link // by the cgroup
	logins    []login                 // of utmp; nil until they are asked for
	monitored []monitored
	openRC    map[int]string // services by their process; nil until they are asked for
	asked     struct{ utmp, monit bool }
}

// Open makes a Reader that shares what was read of processes. procRoot is "/proc", root "/".
func Open(procRoot, root string, readings *holder.Readings) *Reader {
	return &Reader{
		proc: procRoot, root: root, processes: map[int]*process{}, readings: readings,
		groups: map[string]holder.Group{}, places: map[string][]facts.Link{},
	}
}

// chain is one that is being made.
type chain struct {
	reader *Reader
	links  []facts.Link
}

func (c *chain) add(l facts.Link) { c.links = append(c.links, l) }

// last is the last link of a kind.
func (c *chain) last(kinds ...facts.LinkKind) *facts.Link {
	for i := len(c.links) - 1; i >= 0; i-- {
		if slices.Contains(kinds, c.links[i].Kind) {
			return &c.links[i]
		}
	}
	return nil
}

// process is what /proc tells of one.
type process struct {
	dir        string // "/proc/812"
	pid        int
	name       string // at most 15 bytes
	parent     int
	group      int
	session    int
	foreground int // process group in the foreground of its terminal; -1 without one
	tty        string
	start      uint64 // ticks since boot
	started    time.Time
	uid        uint32
	ignored    uint64 // signals
	argv       []string
	command    string // with secrets masked
	cgroup     holder.Group
	env        map[string]string // nil until it is asked for
}
