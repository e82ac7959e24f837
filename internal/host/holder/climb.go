package holder

// topmost climbs from a process to the parent that has the socket too: from nginx's worker to its master. It stops below
// systemd, and says whether that has the socket as well, for a socket unit. made says that the socket was made by it, which
// counts where its descriptors cannot be seen.
func (f *Finder) topmost(pid int, inode uint32, made bool) (top, systemd int) {
	for range 16 {
		st := f.stat(pid)
		if st.Parent < 1 {
			break
		}
		if f.stat(st.Parent).Name == "systemd" {
			if made || f.shares(st.Parent, inode) {
				return pid, st.Parent
			}
			break
		}
		if st.Parent == 1 || !f.shares(st.Parent, inode) {
			break
		}
		pid = st.Parent
	}
	return pid, 0
}

// isSystemd says whether a process is one that keeps sockets for others. It goes by that name whatever it was started as
// (src/core/main.c), and need not be process 1: that of a container or of a user is not.
func (r *Readings) isSystemd(pid int) bool {
	st := r.stat(pid)
	return st != nil && st.Name == "systemd"
}

// stat is what /proc/PID/stat tells; nothing of a process that is gone.
func (f *Finder) stat(pid int) Stat {
	if st := f.readings.stat(pid); st != nil {
		return *st
	}
	return Stat{}
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
