package holder

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/facts"
)

// Serve finds the containers behind engines' helpers from their processes alone: those of an engine that was not asked,
// such as Podman's while it is Docker that would publish the port, or another user's. Port uses that are explained already are
// left alone. What the helpers say is hearsay: everybody may start a program that is called conmon.
func (f *Finder) Serve(claims []facts.PortUse, explained func(facts.PortUse) bool) {
	var k *keepers
	for i := range claims {
		c := &claims[i]
		if c.Process == nil || !facts.IsHelper(c.Process.Name) || c.Owner.ID != "" || explained(*c) {
			continue
		}
		if k == nil {
			k = findKeepers(f.proc)
		}
		if served := k.behind(c); served != nil {
			c.Serves = facts.Container{ID: served.id, Name: served.name, Engine: served.engine, State: "running"}
			if c.Process.User != "root" {
				c.Serves.User = c.Process.User
			}
		}
	}
}

// behind finds the container that a helper's socket serves.
//
//   - conmon has Podman's ports itself where Podman is root's, and the container's id and name among its arguments.
//   - rootlessport and slirp4netns end with their container: each reads from a pipe that the container's conmon writes to.
//   - pasta ends with the network namespace that it serves, and holds it open.
//   - docker-proxy sends to an address, which is local in the namespace of one container.
//   - rootlesskit has the ports of a Docker in its namespaces, where a docker-proxy tells the same.
func (k *keepers) behind(c *facts.PortUse) *keeper {
	pid := c.Process.PID
	switch name := c.Process.Name; {
	case name == "conmon":
		return k.find(func(o keeper) bool { return o.pid == pid })
	case name == "rootlessport", name == "slirp4netns":
		ends := pipes(k.proc, pid, reading)
		return k.find(func(o keeper) bool {
			return o.engine == "podman" && slices.ContainsFunc(pipes(k.proc, o.pid, writing), func(pipe string) bool { return slices.Contains(ends, pipe) })
		})
	case strings.HasPrefix(name, "pasta"):
		served := descriptors(k.proc, pid, "net:", 0)
		return k.find(func(o keeper) bool {
			return slices.ContainsFunc(served, func(ns string) bool { return k.inNetwork(o, ns) })
		})
	case name == "docker-proxy":
		return k.behindProxy(pid)
	case name == "rootlesskit", name == "docker-rootlesskit":
		for _, proxy := range k.proxies {
			published := argument(readArguments(k.proc, proxy), "-host-port")
			if published == strconv.Itoa(int(c.Ports.First)) && k.descends(proxy, pid) {
				return k.behindProxy(proxy)
			}
		}
	}
	return nil
}

// argument is the value of a flag that is written as two words.
func argument(args []string, names ...string) string {
	for i, arg := range args {
		if slices.Contains(names, arg) && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

// Ends of a pipe: the mode bits of a descriptor's link tell how it was opened.
const (
	reading os.FileMode = 0o400
	writing os.FileMode = 0o200
)

// pipes are the pipes of which a process has the one end and not the other.
func pipes(proc string, pid int, end os.FileMode) []string {
	return descriptors(proc, pid, "pipe:", end)
}

// descriptors are the targets of a process's descriptors that begin with a word. A mode that is not 0 is theirs.
func descriptors(proc string, pid int, prefix string, mode os.FileMode) (targets []string) {
	dir := filepath.Join(proc, strconv.Itoa(pid), "fd")
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		target, err := os.Readlink(filepath.Join(dir, e.Name()))
		if err != nil || !strings.HasPrefix(target, prefix) {
			continue
		}
		if mode != 0 {
			info, err := e.Info()
			if err != nil || info.Mode().Perm()&(reading|writing) != mode {
				continue
			}
		}
		targets = append(targets, target)
	}
	return targets
}
