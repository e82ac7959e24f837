package holder

import (
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// keeper is the process that looks after one container while it runs: conmon, or containerd's shim.
type keeper struct {
	pid      int
	id, name string // the container's; containerd's shims know no name
	engine   string // podman or docker; empty where others use them too
	dir      string // of a shim: where its containerd listens
}

// keepers are those of the whole host.
type keepers struct {
	proc     string
	list     []keeper
	proxies  []int          // of docker-proxy
	dirs     map[int]string // where the containerd listens that a dockerd started, by the dockerd's pid
	parents  map[int]int
	children map[int][]int
}

// findKeepers reads the name of every process once.
func findKeepers(proc string) *keepers {
	k := &keepers{proc: proc, dirs: map[int]string{}, parents: map[int]int{}, children: map[int][]int{}}
	entries, err := os.ReadDir(proc)
	if err != nil {
		return k
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		st, err := readStat(proc, pid)
		if err != nil {
			continue
		}
		k.parents[pid] = st.Parent
		k.children[st.Parent] = append(k.children[st.Parent], pid)
		switch {
		case st.Name == "conmon":
			args := readArguments(proc, pid)
			k.add(keeper{pid: pid, id: argument(args, "-c", "--cid"), name: argument(args, "-n", "--name"), engine: "podman"})
		case strings.HasPrefix(st.Name, "containerd-shim"):
			args := readArguments(proc, pid)
			engine := ""
			if argument(args, "-namespace") == "moby" {
				engine = "docker"
			}
			k.add(keeper{pid: pid, id: argument(args, "-id"), engine: engine, dir: filepath.Dir(argument(args, "-address"))})
		case st.Name == "containerd":
			k.dirs[st.Parent] = filepath.Dir(argument(readArguments(proc, pid), "--config"))
		case st.Name == "docker-proxy":
			k.proxies = append(k.proxies, pid)
		}
	}
	return k
}

func (k *keepers) add(o keeper) {
	if ReadGroup("/"+o.id).ContainerID != "" {
		k.list = append(k.list, o)
	}
}

// find is the one keeper of which something is true; nil when it is true of none, or of several.
func (k *keepers) find(is func(keeper) bool) (found *keeper) {
	for i := range k.list {
		if !is(k.list[i]) {
			continue
		}
		if found != nil {
			return nil
		}
		found = &k.list[i]
	}
	return found
}

// inNetwork says whether a container of the keeper is in a network namespace ("net:[4026532400]").
func (k *keepers) inNetwork(o keeper, ns string) bool {
	for _, pid := range k.children[o.pid] {
		if own, err := os.Readlink(filepath.Join(k.proc, strconv.Itoa(pid), "ns/net")); err == nil && own == ns {
			return true
		}
	}
	return false
}

// behindProxy is the container that a docker-proxy sends to: the one with that address among those of the dockerd that
// started it. Several Docker engines on a host all begin with the same addresses.
func (k *keepers) behindProxy(pid int) *keeper {
	addr, err := netip.ParseAddr(argument(readArguments(k.proc, pid), "-container-ip"))
	if err != nil {
		return nil
	}
	dir := "/run/containerd" // the host's own containerd
	for parent := k.parents[pid]; parent > 1; parent = k.parents[parent] {
		if own := k.dirs[parent]; own != "" {
			dir = own
			break
		}
	}
	return k.find(func(o keeper) bool {
		if o.dir != dir {
			return false
		}
		for _, pid := range k.children[o.pid] {
			if hasAddress(filepath.Join(k.proc, strconv.Itoa(pid), "net"), addr) {
				return true
			}
		}
		return false
	})
}

// hasAddress says whether an address is local in a network namespace: fib_trie has a host route for each of IPv4, and
// if_inet6 a line of 32 digits for each of IPv6.
func hasAddress(net string, addr netip.Addr) bool {
	if addr.Is4() {
		b, err := os.ReadFile(filepath.Join(net, "fib_trie"))
		_, after, found := strings.Cut(string(b), "|-- "+addr.String()+"\n")
		return err == nil && found && strings.HasPrefix(strings.TrimSpace(after), "/32 host LOCAL")
	}
	b, err := os.ReadFile(filepath.Join(net, "if_inet6"))
	return err == nil && strings.Contains("\n"+string(b), "\n"+strings.ReplaceAll(addr.StringExpanded(), ":", "")+" ")
}

// descends says whether a process was started by another, or by one that it started.
func (k *keepers) descends(pid, from int) bool {
	for range 16 {
		if pid = k.parents[pid]; pid == from || pid <= 1 {
			return pid == from
		}
	}
	return false
}
