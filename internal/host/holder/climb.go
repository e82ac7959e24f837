package holder

// topmost climbs from a process to the parent that has the socket too: from nginx's worker to its master. It stops below
// systemd, and says whether that has the socket as well, for a socket unit. made says that the socket was made by it, which
// counts where its descriptors cannot be seen.
func (f *Finder) topmost(pid int, inode uint32, made bool) (top, systemd int) {
	for range 16 {
		st := f.stat(pid)
		if st.ppid < 1 {
			break
		}
		if f.stat(st.ppid).name == "systemd" {
			if made || f.shares(st.ppid, inode) {
				return pid, st.ppid
			}
			break
		}
		if st.ppid == 1 || !f.shares(st.ppid, inode) {
			break
		}
		pid = st.ppid
	}
	return pid, 0
}

// isSystemd says whether a process is one that keeps sockets for others. It goes by that name whatever it was started as
// (src/core/main.c), and need not be process 1: that of a container or of a user is not.
func isSystemd(proc string, pid int) bool {
	st, err := readStat(proc, pid)
	return err == nil && st.name == "systemd"
}

// stat reads what /proc/PID/stat tells, once; nothing of a process that is gone.
func (f *Finder) stat(pid int) stat {
	st, known := f.parents[pid]
	if !known {
		st, _ = readStat(f.proc, pid)
		f.parents[pid] = st
	}
	return st
}

// shares says whether a process has the socket open, as far as its first few hundred descriptors tell: one that hands a
// listener on to its children has it among them, and a parent of thousands of files is not worth the time.
func (f *Finder) shares(pid int, inode uint32) bool {
	open, known := f.sockets[pid]
	if !known {
		open = socketsOf(f.proc, pid)
		f.sockets[pid] = open
	}
	return open[inode]
}
