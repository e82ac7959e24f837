package exam

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/moby/client"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// standing is what stands on a host at one moment.
type standing struct {
	listeners []listener
	processes []lab.Running
	names     map[string]bool     // of units and containers
	holders   map[string]bool     // processes that have the wanted ports, and who belongs to them
	sockets   map[string][]string // of processes, their inodes
	published map[string][]int    // of containers, by their ids
}

type listener struct {
	protocol, address string
	port              int
	inode             string
}

func (l listener) String() string { return fmt.Sprintf("%s %s:%d", l.protocol, l.address, l.port) }

var inode = regexp.MustCompile(`\bino:(\d+)`)

// listeners are the sockets that others can reach.
func (g *stage) listeners() (list []listener) {
	for line := range strings.Lines(g.command("ss", "-Hlntuae", "state", "listening", "state", "unconnected")) {
		f := strings.Fields(line)
		if len(f) < 6 {
			continue
		}
		at := strings.LastIndexByte(f[4], ':')
		port, err := strconv.Atoi(f[4][at+1:])
		if m := inode.FindStringSubmatch(line); err == nil && m != nil {
			list = append(list, listener{f[0], f[4][:at], port, m[1]})
		}
	}
	return list
}

// look sees what stands.
func (g *stage) look() standing {
	g.Helper()
	now := standing{listeners: g.listeners(), names: map[string]bool{}, holders: map[string]bool{}, sockets: map[string][]string{}, published: map[string][]int{}}
	var err error
	if now.processes, err = g.Processes(); err != nil {
		g.Fatal(err)
	}
	for _, e := range append(slices.Collect(maps.Values(g.others)), g.docker) {
		running, err := e.ContainerList(g.Context(), client.ContainerListOptions{})
		if err != nil {
			continue // it is down in this situation
		}
		for _, c := range running.Items {
			now.names["container "+c.ID] = true
			now.published[c.ID] = publishedBy(g, e, c.ID)
		}
	}
	if g.machine != nil {
		out, err := g.machine.Command(g.Context(), lab.Root, nil, "systemctl", "list-units", "--state=active", "--type=service,socket", "--plain", "--no-legend").Output()
		if err != nil {
			g.Fatal(err)
		}
		for line := range strings.Lines(string(out)) {
			now.names["unit "+strings.Fields(line)[0]] = true
		}
	}
	now.findHolders(g.wanted())
	return now
}

// publishedBy are the ports of the host that a container has. Podman's list tells of a range the first alone.
func publishedBy(g *stage, e *lab.Engine, id string) (ports []int) {
	is, err := e.ContainerInspect(g.Context(), id, client.ContainerInspectOptions{})
	if err != nil {
		return nil // it is gone
	}
	for _, bindings := range is.Container.NetworkSettings.Ports {
		for _, b := range bindings {
			if port, err := strconv.Atoi(b.HostPort); err == nil {
				ports = append(ports, port)
			}
		}
	}
	return ports
}

// findHolders finds the processes that have the wanted ports, and those of the same unit or container.
func (s *standing) findHolders(wanted []int) {
	inodes := map[string]bool{}
	for _, l := range s.listeners {
		if slices.Contains(wanted, l.port) {
			inodes[l.inode] = true
		}
	}
	groups := map[string]bool{}
	for _, p := range s.processes {
		s.sockets[idOf(p)] = p.Sockets()
		if slices.ContainsFunc(s.sockets[idOf(p)], func(i string) bool { return inodes[i] }) {
			s.holders[idOf(p)] = true
			if strings.HasSuffix(p.Cgroup, ".service") || strings.Contains(p.Cgroup, "/docker/") {
				groups[p.Cgroup] = true
			}
		}
	}
	for _, p := range s.processes {
		if groups[p.Cgroup] {
			s.holders[idOf(p)] = true
		}
	}
}

func idOf(p lab.Running) string {
	return fmt.Sprintf("process %s (%d, started %s)", p.Name, p.PID, p.Start)
}

// lost are those that stood and do not any more.
func (s standing) lost(now standing) (lost []string) {
	is := map[string]bool{}
	for _, p := range now.processes {
		is[idOf(p)] = true
	}
	for _, l := range now.listeners {
		is[l.String()] = true
	}
	for _, p := range s.processes {
		if id := idOf(p); !is[id] && !passing(p) {
			lost = append(lost, id)
		}
	}
	for _, l := range s.listeners {
		if !is[l.String()] {
			lost = append(lost, "listener "+l.String())
		}
	}
	for name := range s.names {
		if !now.names[name] {
			lost = append(lost, name)
		}
	}
	return lost
}

// passing says whether a process comes and goes by itself: what an engine or sshd starts for a moment.
func passing(p lab.Running) bool {
	return slices.Contains([]string{"runc", "runc:[2:INIT]", "containerd-shim", "sshd", "iptables", "ip6tables", "exe", "(sd-pam)", "modprobe", "systemd-executor"}, p.Name) ||
		strings.HasPrefix(p.Name, "(")
}

// helpers are processes that end with their container; that another container was stopped is seen by its name.
var helpers = []string{"docker-proxy", "conmon", "slirp4netns", "rootlessport", "exe", "pasta", "pasta.avx2", "rootlesskit-doc"}

// isOf says whether what was lost is a holder of a wanted port, or belongs to one.
func (s standing) isOf(ports []report.Port, lost string) bool {
	if s.holders[lost] || slices.ContainsFunc(helpers, func(name string) bool { return strings.HasPrefix(lost, "process "+name+" ") }) {
		return true
	}
	for _, p := range ports {
		for _, h := range p.Holders {
			switch {
			case h.Container != nil && lost == "container "+h.Container.ID:
				return true
			case lost == "unit "+h.Unit, lost == "unit "+h.SocketUnit, h.Kind == report.HolderUnit && lost == "unit "+h.Name,
				// The service that a socket unit has started has the port, too, where it is not seen.
				strings.HasSuffix(h.Unit, ".socket") && lost == "unit "+strings.TrimSuffix(h.Unit, ".socket")+".service":
				return true
			}
		}
	}
	for _, l := range s.listeners {
		if lost != "listener "+l.String() {
			continue
		}
		// A helper that is in a network of its own is none of the host's processes.
		for _, p := range ports {
			for _, h := range p.Holders {
				if h.Container != nil && slices.Contains(s.published[h.Container.ID], l.port) {
					return true
				}
			}
		}
		for _, p := range s.processes {
			if (s.holders[idOf(p)] || p.Name == "docker-proxy") && slices.Contains(s.sockets[idOf(p)], l.inode) {
				return true
			}
		}
	}
	return false
}
