package netfilter

import (
	"encoding/binary"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// unreached are the devices that keep everybody out of a want that has no address to be reached at: those that are down have
// its addresses, or would have some; or no device has the address that is wanted.
func (r *Rules) unreached(w port.Requirement) []facts.Block {
	if w.Addr.IsLoopback() || w.Addr.Is4In6() {
		return nil
	}
	for _, l := range r.links {
		if l.loopback || l.usable() || l.internal(r.links) || !l.outer() {
			continue
		}
		has := slices.ContainsFunc(l.addrs, func(p netip.Prefix) bool { return covers(w, p.Addr()) })
		if has || !w.Addr.IsValid() || w.Addr.IsUnspecified() {
			return []facts.Block{r.lost(facts.Way{Lost: facts.Down, Device: l.name}, w.Addr, w, facts.All)}
		}
	}
	return r.foreign(w)
}

// foreign is the address that no device has and that may be bound all the same, as those who move it among hosts want it.
func (r *Rules) foreign(w port.Requirement) []facts.Block {
	a := w.Addr
	if !a.IsValid() || a.IsUnspecified() || a.IsLoopback() || r.routes == nil || r.has(a.WithZone("")) {
		return nil
	}
	way := facts.Way{Lost: facts.Foreign, Local: a}
	found, err := journey{to: a}.ask(r.routes)
	if err != nil || found.kind == unix.RTN_LOCAL {
		return nil // a route says that it is this host's
	}
	if w.Protocol == port.UDP && (a.IsMulticast() || found.kind == unix.RTN_BROADCAST) {
		return nil // one that many hosts have
	}
	return []facts.Block{r.lost(way, a, w, facts.All)}
}

// DevicesOf are the devices that have an address.
func (r *Rules) DevicesOf(a netip.Addr) (names []string) {
	for _, l := range r.links {
		if slices.ContainsFunc(l.addrs, func(p netip.Prefix) bool { return p.Addr() == a }) {
			names = append(names, l.name)
		}
	}
	return names
}

// usable says whether packets come by the device.
func (l *link) usable() bool { return l.up && l.running }

// outer says whether hosts may be behind the device: others lead to nobody, or to this host itself.
func (l *link) outer() bool {
	switch l.kind {
	case "dummy", "ifb", "nlmon", "vrf", "sit", "ipip", "gre", "gretap", "ip6tnl", "ip6gre", "erspan", "vti", "vti6", "ip_vti", "vcan":
		return false
	}
	return true
}

// answersNobody is the value of arp_ignore by which the host answers for no address. Lower ones leave those who ask for an
// address of the very device an answer.
const answersNobody = 8

// unasked is what keeps hosts of the same network from finding the address: the device does not take part in ARP, or does not
// answer. Devices that have no such questions, as those of tunnels, are none of these.
func (r *Rules) unasked(p *packet, w port.Requirement) []facts.Block {
	l := r.link(p.in.index)
	if l == nil {
		return nil
	}
	if bridge := r.link(l.master); bridge != nil && bridge.kind == "bridge" {
		// Its frames are the bridge's: what it asks for at the device itself is never answered there.
		b := r.lost(facts.Way{Lost: facts.Bridged, Device: l.name, Other: bridge.name, Local: p.to}, p.to, w, facts.All)
		b.Dropped = facts.Neighbour
		return []facts.Block{b}
	}
	if l.hardware != unix.ARPHRD_ETHER || !slices.Contains([]string{"", "veth", "bridge", "bond", "team", "vlan", "macvlan"}, l.kind) {
		return nil
	}
	way := facts.Way{Device: l.name, Local: p.to}
	switch {
	case l.quiet:
		way.Lost = facts.NoARP
	case p.v4() && r.deviceSetting(l.name, "arp_ignore") == answersNobody:
		way.Lost = facts.ARPIgnored
	default:
		return nil
	}
	b := r.lost(way, p.to, w, facts.All)
	b.Dropped = facts.Neighbour
	return []facts.Block{b}
}

// deviceSetting is one of the kernel's for IPv4 at a device: the larger one of the device's own and that of all.
func (r *Rules) deviceSetting(device, name string) (most int) {
	for _, of := range []string{"all", device} {
		b, err := os.ReadFile(r.procRoot + "/sys/net/ipv4/conf/" + of + "/" + name)
		if n, convErr := strconv.Atoi(strings.TrimSpace(string(b))); err == nil && convErr == nil {
			most = max(most, n)
		}
	}
	return most
}

// neighboursOf are addresses of hosts on the network behind a device that the host has spoken to.
func (r *Rules) neighboursOf(l *link) []netip.Addr {
	if r.known == nil {
		r.known = map[int][]netip.Addr{}
		messages, _ := r.routes.Execute(netlink.Message{
			Header: netlink.Header{Type: unix.RTM_GETNEIGH, Flags: netlink.Request | netlink.Dump}, Data: make([]byte, unix.SizeofNdMsg),
		})
		for _, m := range messages {
			if index, a := decodeNeighbour(m.Data); a.IsValid() {
				r.known[index] = append(r.known[index], a)
			}
		}
	}
	return r.known[l.index]
}

func decodeNeighbour(b []byte) (index int, a netip.Addr) {
	const spokenTo = unix.NUD_REACHABLE | unix.NUD_STALE | unix.NUD_DELAY | unix.NUD_PROBE | unix.NUD_PERMANENT
	if len(b) < unix.SizeofNdMsg || binary.NativeEndian.Uint16(b[8:])&spokenTo == 0 {
		return 0, a
	}
	for kind, value := range attributes(b[unix.SizeofNdMsg:]) {
		if kind == unix.NDA_DST {
			a, _ = netip.AddrFromSlice(value)
		}
	}
	return int(native32(b[4:])), a
}
