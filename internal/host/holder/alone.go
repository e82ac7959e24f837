package holder

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/facts"
)

// GroupOf is the group that a process is in.
func GroupOf(procRoot string, pid int) Group {
	b, err := os.ReadFile(fmt.Sprintf("%s/%d/cgroup", procRoot, pid))
	if err != nil {
		return Group{}
	}
	return ReadGroup(choosePath(string(b)))
}

// Alone says whether all processes of a cgroup have a socket open, so that whoever ends them ends nothing else. Where they
// cannot be listed it is not known, and false.
func Alone(procRoot, path string, inode uint32) bool {
	pids := cgroups{mount: CgroupMount(procRoot)}.pids(path)
	return len(pids) > 0 && !slices.ContainsFunc(pids, func(pid int) bool { return !shares(procRoot, pid, inode) })
}

// Ancestors are the processes that a process was started by, itself first.
func Ancestors(procRoot string, pid int) (list []int) {
	for range 32 {
		list = append(list, pid)
		st, err := readStat(procRoot, pid)
		if err != nil || st.Parent <= 1 {
			break
		}
		pid = st.Parent
	}
	return list
}

// CountHere is how many processes of a name may be in the network namespace of whoever asks: of those that cannot be looked
// into it is not known that they are not.
func CountHere(procRoot, name string) (count int) {
	entries, _ := os.ReadDir(procRoot)
	own, _ := os.Readlink(procRoot + "/self/ns/net")
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil {
			if st, err := readStat(procRoot, pid); err != nil || st.Name != name {
				continue
			}
			if ns, err := os.Readlink(fmt.Sprintf("%s/%d/ns/net", procRoot, pid)); err != nil || ns == own {
				count++
			}
		}
	}
	return count
}

// FindEngines adds to containers that no engine told of where their own engine listens: that of a second dockerd, which has a
// containerd of its own.
func (f *Finder) FindEngines(claims []facts.PortUse, known func(id string) bool) {
	var k *keepers
	for i := range claims {
		for _, c := range []*facts.Container{&claims[i].Owner, &claims[i].Serves} {
			if c.ID == "" || c.Engine != "docker" || known(c.ID) {
				continue
			}
			if k == nil {
				k = findKeepers(f.proc)
			}
			if shim := k.find(func(o keeper) bool { return o.id == c.ID }); shim != nil {
				c.Host = k.listensOf(shim.dir)
			}
		}
	}
}

// listensOf is where the dockerd listens whose own containerd is in a directory; empty where that is not known.
func (k *keepers) listensOf(dir string) string {
	for pid, own := range k.dirs {
		if own != dir {
			continue
		}
		args := readArguments(k.proc, pid)
		if host := argument(args, "-H", "--host"); strings.HasPrefix(host, "unix://") {
			return host
		}
		for _, arg := range args {
			if host, ok := strings.CutPrefix(arg, "--host="); ok && strings.HasPrefix(host, "unix://") {
				return host
			}
		}
	}
	return ""
}
