package host

import (
	"io"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/host/probe"
	"github.com/safeport/safeport/internal/port"
)

// Resolver says how this host resolves names.
type Resolver struct {
	Servers  []netip.Addr // the name servers that its programs ask, and those that systemd-resolved asks for them
	Upstream bool         // systemd-resolved writes a list of the name servers that it asks, which programs can ask themselves
	Linked   bool         // /etc/resolv.conf is a link of its making, and can be made to point to that list
}

// Resolver reads /etc/resolv.conf, and the files that systemd-resolved writes.
func (s *Survey) Resolver() (r Resolver) {
	upstream := nameServers("/run/systemd/resolve/resolv.conf")
	target, err := os.Readlink("/etc/resolv.conf")
	r.Upstream, r.Linked = len(upstream) > 0, err == nil && strings.Contains(target, "systemd/resolve/")
	r.Servers = nameServers("/etc/resolv.conf")
	// Its list stays when it is stopped; whom it asked is of no concern then.
	if slices.ContainsFunc(r.Servers, isStubAddress) {
		r.Servers = append(r.Servers, upstream...)
	}
	return r
}

// Asks says whether the host's names are resolved by whoever has port 53 of an address. Who has it on all addresses has it on
// those of the host's own, and a name server that is asked there is no other.
func (r Resolver) Asks(addr netip.Addr) bool {
	return slices.ContainsFunc(r.Servers, func(server netip.Addr) bool {
		if !addr.IsUnspecified() {
			return addr.Unmap() == server
		}
		return server.IsLoopback() || isOwn(server)
	})
}

// isStubAddress says whether systemd-resolved listens on an address, and no other name server.
func isStubAddress(addr netip.Addr) bool {
	return addr.String() == "127.0.0.53" || addr.String() == "127.0.0.54"
}

func isOwn(addr netip.Addr) bool {
	own, _ := net.InterfaceAddrs()
	return slices.ContainsFunc(own, func(a net.Addr) bool {
		prefix, err := netip.ParsePrefix(a.String())
		return err == nil && prefix.Addr() == addr
	})
}

// nameServers reads a file as resolv.conf(5) has it.
func nameServers(path string) (servers []netip.Addr) {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	text, _ := io.ReadAll(io.LimitReader(f, 64<<10))
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) < 2 || words[0] != "nameserver" {
			continue
		}
		if addr, err := netip.ParseAddr(words[1]); err == nil {
			servers = append(servers, addr.Unmap().WithZone(""))
		}
	}
	return servers
}

// AddressFor is an address of this host, by which others reach it, on which a want for all addresses can be had; zero when
// there is none.
func (s *Survey) AddressFor(w port.Requirement) netip.Addr {
	devices, err := net.Interfaces()
	if err != nil {
		return netip.Addr{}
	}
	for _, d := range devices {
		if d.Flags&net.FlagUp == 0 || d.Flags&net.FlagLoopback != 0 || port.LeadsInside(d.Name) {
			continue
		}
		addrs, err := d.Addrs()
		if err != nil {
			continue
		}
		for _, a := range addrs {
			prefix, err := netip.ParsePrefix(a.String())
			if err != nil || !prefix.Addr().Is4() || !prefix.Addr().IsGlobalUnicast() {
				continue
			}
			w.Addr = prefix.Addr()
			if len(probe.Ask([]port.Requirement{w})[0].Refusals) == 0 && s.Reached(w) {
				return w.Addr
			}
		}
	}
	return netip.Addr{}
}
