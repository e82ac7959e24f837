package holder

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
)

// Stat is what /proc/PID/stat tells.
type Stat struct {
	Name       string // at most 15 bytes
	Parent     int
	Group      int
	Session    int
	TTY        int    // number of the terminal's device; 0 without one
	Foreground int    // process group in the foreground of the terminal; -1 without one
	Ticks      uint64 // between the boot and its start
}

// ticksPerSecond is USER_HZ, which is 100 on every architecture that Go runs on.
const ticksPerSecond = 100

func readStat(proc string, pid int) (Stat, error) {
	b, err := os.ReadFile(fmt.Sprintf("%s/%d/stat", proc, pid))
	if err != nil {
		return Stat{}, err
	}
	return parseStat(b)
}

// parseStat reads "812 (nginx) S 1 812 812 34819 …". The name may hold spaces and parentheses itself: it ends at the last one.
func parseStat(b []byte) (s Stat, err error) {
	open, end := bytes.IndexByte(b, '('), bytes.LastIndexByte(b, ')')
	if open < 0 || end < open {
		return Stat{}, fmt.Errorf("no name in %q", b)
	}
	s.Name = string(b[open+1 : end])
	to := [...]*int{1: &s.Parent, 2: &s.Group, 3: &s.Session, 4: &s.TTY, 5: &s.Foreground}
	const ticks = 19
	n := 0
	for field := range bytes.FieldsSeq(b[end+1:]) {
		switch {
		case n == ticks:
			s.Ticks, err = strconv.ParseUint(string(field), 10, 64)
			return s, err
		case n < len(to) && to[n] != nil:
			if *to[n], err = strconv.Atoi(string(field)); err != nil {
				return Stat{}, err
			}
		}
		n++
	}
	return Stat{}, fmt.Errorf("only %d fields after the name", n)
}
