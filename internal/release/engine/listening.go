package engine

import (
	"bufio"
	"context"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
)

// Unheard are the published TCP ports on which nobody listens in the container, or on its loopback alone: docker-proxy takes
// a connection all the same, so that to ask from outside tells nothing. A program may still be on its way to listen. What
// cannot be looked at (another machine's engine, another user's container) is left out.
func (e *Engine) Unheard(ctx context.Context, r *journal.Release) (list message.Phrases, err error) {
	for _, c := range r.Containers {
		details, ok, err := e.Inspect(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		if !ok || !details.State.Running || IsShared(details.HostConfig.NetworkMode) {
			continue
		}
		listeners, err := listenersOf(details.State.Pid, c.ID)
		if err != nil {
			continue
		}
		for to := range details.HostConfig.PortBindings {
			if to.Proto() != "tcp" {
				continue
			}
			there := slices.DeleteFunc(slices.Clone(listeners), func(a netip.AddrPort) bool { return a.Port() != to.Num() })
			switch {
			case len(there) == 0:
				list = append(list, message.Say("nothing is listening on port %d in container %s yet", to.Num(), c.Name))
			case !slices.ContainsFunc(there, func(a netip.AddrPort) bool { return !a.Addr().IsLoopback() }):
				list = append(list, message.Say("container %s listens on port %d only on %s, so it can't be reached from outside", c.Name, to.Num(), there[0].Addr()))
			}
		}
	}
	return list, nil
}

// maxListeners bounds what is read of a container's table of sockets, in lines.
const maxListeners = 10_000

// listenersOf are the addresses on which TCP sockets listen in the network of a process. The id shows that the process is
// the container's, and not one of another machine or pid namespace.
func listenersOf(pid int, id string) (list []netip.AddrPort, err error) {
	cgroup, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", pid))
	if err != nil {
		return nil, err
	}
	if !strings.Contains(string(cgroup), id) {
		return nil, os.ErrNotExist
	}
	for _, table := range []string{"tcp", "tcp6"} {
		f, err := os.Open(fmt.Sprintf("/proc/%d/net/%s", pid, table))
		if os.IsNotExist(err) && table == "tcp6" {
			continue
		}
		if err != nil {
			return nil, err
		}
		lines := bufio.NewScanner(f)
		for n := 0; lines.Scan() && n < maxListeners; n++ {
			if a, ok := listenerIn(lines.Text()); ok {
				list = append(list, a)
			}
		}
		f.Close()
	}
	return list, nil
}

// listenerIn reads a line of /proc/net/tcp: the second field is the local address in hexadecimal, in words of the machine's
// byte order, the fourth the state, 0A for one that listens (proc(5), net/ipv4/tcp_ipv4.c).
func listenerIn(line string) (a netip.AddrPort, ok bool) {
	fields := strings.Fields(line)
	if len(fields) < 4 || fields[3] != "0A" {
		return a, false
	}
	text, portText, _ := strings.Cut(fields[1], ":")
	number, err := strconv.ParseUint(portText, 16, 16)
	if err != nil || len(text) != 8 && len(text) != 32 {
		return a, false
	}
	bytes := make([]byte, 0, 16)
	for ; text != ""; text = text[8:] {
		word, err := strconv.ParseUint(text[:8], 16, 32)
		if err != nil {
			return a, false
		}
		bytes = append(bytes, byte(word), byte(word>>8), byte(word>>16), byte(word>>24))
	}
	addr, _ := netip.AddrFromSlice(bytes)
	return netip.AddrPortFrom(addr.Unmap(), uint16(number)), true
}
