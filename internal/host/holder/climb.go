package holder

// topmost climbs from a process to the parent that has the socket too: from nginx's worker to its master. It stops below
// systemd, and says whether that has the socket as well, for a socket unit. made says that the socket was made by it, which
// counts where its descriptors cannot be seen.
func topmost(proc string, pid int, inode uint32, made bool) (top, systemd int) {
	for range 16 {
		st, err := readStat(proc, pid)
		if err != nil || st.ppid < 1 {
			break
		}
		if isSystemd(proc, st.ppid) {
			if made || shares(proc, st.ppid, inode) {
				return pid, st.ppid
			}
			break
		}
		if st.ppid == 1 || !shares(proc, st.ppid, inode) {
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
