package host

import (
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/host/probe"
	"github.com/safeport/safeport/internal/port"
)

// Resolver says how this host resolves names where systemd-resolved does it.
type Resolver struct {
	Upstream bool // it writes a list of the name servers that it asks, which programs can ask themselves
	Linked   bool // /etc/resolv.conf is a link of its making, and can be made to point to that list
}

// Resolver reads the files that systemd-resolved writes.
func (s *Survey) Resolver() (r Resolver) {
	text, _ := os.ReadFile("/run/systemd/resolve/resolv.conf")
	for line := range strings.Lines(string(text)) {
		r.Upstream = r.Upstream || strings.HasPrefix(line, "nameserver ")
	}
	target, err := os.Readlink("/etc/resolv.conf")
	r.Linked = err == nil && strings.Contains(target, "systemd/resolve/")
	return r
}

// inner are the beginnings of names of devices that lead to containers and virtual machines, or into a tunnel: a service for
// other hosts is not meant to be there alone.
var inner = []string{"docker", "br-", "veth", "virbr", "lxc", "lxdbr", "incusbr", "cni", "podman", "tailscale", "wg", "tun", "tap", "flannel", "cali"}

// AddressFor is an address of this host, by which others reach it, on which a want for all addresses can be had; zero when
// there is none.
func (s *Survey) AddressFor(w port.Requirement) netip.Addr {
	devices, err := net.Interfaces()
	if err != nil {
		return netip.Addr{}
	}
	for _, d := range devices {
		if d.Flags&net.FlagUp == 0 || d.Flags&net.FlagLoopback != 0 || slices.ContainsFunc(inner, func(start string) bool { return strings.HasPrefix(d.Name, start) }) {
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
