package netfilter

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// way are the devices that a packet comes through to one of the host's, the lowest first: the port of a bridge and then the
// bridge, a device and then a VLAN on it. Chains of nftables and programs may stand at each.
type way []*link

// maxWays bounds how many are looked at, and how high devices are stacked: the kernel's own bound (MAX_NEST_DEV) is the same.
const maxWays = 8

// ways to a device: one for each port of a bridge or a bond.
func (r *Rules) ways(l *link) []way { return r.under(l, maxWays) }

func (r *Rules) under(l *link, depth int) (all []way) {
	for _, lower := range r.links {
		if depth == 0 || !l.on(lower) {
			continue
		}
		for _, w := range r.under(lower, depth-1) {
			all = append(all, append(w[:len(w):len(w)], l))
		}
	}
	if len(all) == 0 {
		return []way{{l}}
	}
	return all[:min(len(all), maxWays)]
}

// on says whether frames from outside come to the device through a lower one. Behind a bridge's ends of pairs are containers.
func (l *link) on(lower *link) bool {
	if lower.master == l.index && lower.up {
		switch l.kind {
		case "bridge":
			return lower.kind != "veth" && lower.kind != "tun"
		case "bond", "team":
			return true
		}
	}
	return l.below != 0 && l.below == lower.index
}

func (r *Rules) link(index int) *link {
	for _, l := range r.links {
		if l.index == index {
			return l
		}
	}
	return nil
}

// vlan is the tag that a frame of a VLAN has on the device below.
type vlan struct{ protocol, id uint16 }

func decodeVLAN(b []byte) vlan {
	tag := vlan{protocol: unix.ETH_P_8021Q}
	for kind, value := range attributes(b) {
		switch {
		case kind == unix.IFLA_VLAN_ID && len(value) == 2:
			tag.id = binary.NativeEndian.Uint16(value)
		case kind == unix.IFLA_VLAN_PROTOCOL && len(value) == 2:
			tag.protocol = binary.BigEndian.Uint16(value)
		}
	}
	return tag
}

// comesTo is the packet as it is at one of the devices, with the tags of the VLANs that are still before it. The kernel has
// taken off one by then, and sees no IP below the next.
func (p *packet) comesTo(w way, at int) *packet {
	q := *p
	q.in = w[at].device
	inner := q.protocolOfFrame()
	copy(q.frame[12:], inner)
	tags := 0
	for _, above := range w[at+1:] {
		if above.kind != "vlan" {
			continue
		}
		tag := known(binary.BigEndian.AppendUint16(nil, above.tag.protocol))
		switch tags++; tags {
		case 1:
			copy(q.frame[12:], tag)
			q.frame[14], q.frame[15] = cell{value: byte(above.tag.id >> 8), known: 0x0f}, sure(byte(above.tag.id))
			copy(q.frame[16:], inner)
		case 2:
			copy(q.frame[16:], tag)
			q.ethertype = above.tag.protocol
		}
	}
	return &q
}
