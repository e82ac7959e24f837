package netfilter

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// link is a network device of this host.
type link struct {
	device
	loopback, up bool
	running      bool   // it has a carrier
	quiet        bool   // hosts behind it are not asked for by ARP
	master       int    // index of the bridge or bond that it is in; 0: none
	below        int    // index of the device that it is stacked on, as a VLAN is; 0: none
	tag          vlan   // of a VLAN
	kind         string // bridge, veth, tun…; empty for hardware
	addrs        []netip.Prefix
	xdp          []uint32 // ids of its XDP programs
}

// readLinks lists the devices of this network namespace with their addresses. The connection may be asked for more.
func readLinks() ([]*link, *netlink.Conn, error) {
	conn, err := netlink.Dial(unix.NETLINK_ROUTE, &netlink.Config{MessageBufferSize: answerBuffer})
	if err != nil {
		return nil, nil, fmt.Errorf("opening a netlink socket for devices: %w", err)
	}
	links, err := listLinks(conn)
	if err != nil {
		conn.Close()
		return nil, nil, err
	}
	return links, conn, nil
}

func listLinks(conn *netlink.Conn) ([]*link, error) {
	dump := func(kind netlink.HeaderType, question []byte) ([]netlink.Message, error) {
		return conn.Execute(netlink.Message{
			Header: netlink.Header{Type: kind, Flags: netlink.Request | netlink.Dump}, Data: question,
		})
	}
	messages, err := dump(unix.RTM_GETLINK, withoutStatistics())
	if err != nil {
		return nil, fmt.Errorf("listing network devices: %w", err)
	}
	var links []*link
	known := map[int]*link{}
	for _, m := range messages {
		if l := decodeLink(m.Data); l != nil {
			links, known[l.index] = append(links, l), l
		}
	}
	if messages, err = dump(unix.RTM_GETADDR, make([]byte, unix.SizeofIfAddrmsg)); err != nil {
		return nil, fmt.Errorf("listing addresses: %w", err)
	}
	for _, m := range messages {
		if index, prefix, ok := decodeAddress(m.Data); ok && known[index] != nil {
			known[index].addrs = append(known[index].addrs, prefix)
		}
	}
	return links, nil
}

// withoutStatistics asks for devices and leaves out their counters, which are most of an answer.
func withoutStatistics() []byte {
	const skip = 1 << 3 // RTEXT_FILTER_SKIP_STATS
	mask := binary.NativeEndian.AppendUint16(make([]byte, unix.SizeofIfInfomsg), 8)
	mask = binary.NativeEndian.AppendUint16(mask, unix.IFLA_EXT_MASK)
	return binary.NativeEndian.AppendUint32(mask, skip)
}

func decodeLink(b []byte) *link {
	if len(b) < unix.SizeofIfInfomsg {
		return nil
	}
	l := &link{device: device{index: int(native32(b[4:])), hardware: binary.NativeEndian.Uint16(b[2:])}}
	flags := native32(b[8:])
	l.loopback, l.up, l.quiet = flags&unix.IFF_LOOPBACK != 0, flags&unix.IFF_UP != 0, flags&unix.IFF_NOARP != 0
	l.running = flags&unix.IFF_LOWER_UP != 0 // at once; IFF_RUNNING may follow after a second
	below, elsewhere := 0, false
	for kind, value := range attributes(b[unix.SizeofIfInfomsg:]) {
		switch kind {
		case unix.IFLA_IFNAME:
			l.name = text(value)
		case unix.IFLA_ADDRESS:
			l.mac = string(value)
		case unix.IFLA_GROUP:
			if len(value) == 4 {
				l.group = native32(value)
			}
		case unix.IFLA_MASTER:
			l.master = index(value)
		case unix.IFLA_LINK:
			below = index(value)
		case unix.IFLA_LINK_NETNSID:
			elsewhere = true
		case unix.IFLA_LINKINFO:
			l.decodeInfo(value)
		case unix.IFLA_XDP:
			l.xdp = decodeXDP(value)
		}
	}
	switch l.kind {
	case "vlan", "macvlan", "macvtap", "ipvlan", "ipvtap": // of others it is the other end, or what carries their tunnel
		if !elsewhere {
			l.below = below
		}
	}
	return l
}

// index reads the number of a device, and of anything else none.
func index(b []byte) int {
	if len(b) != 4 {
		return 0
	}
	return int(native32(b))
}

func (l *link) decodeInfo(b []byte) {
	for kind, value := range attributes(b) {
		switch kind {
		case unix.IFLA_INFO_KIND:
			l.kind = text(value)
		case unix.IFLA_INFO_DATA:
			if l.kind == "vlan" {
				l.tag = decodeVLAN(value)
			}
		}
	}
}

func decodeAddress(b []byte) (index int, prefix netip.Prefix, ok bool) {
	if len(b) < unix.SizeofIfAddrmsg {
		return 0, prefix, false
	}
	var local, address netip.Addr
	for kind, value := range attributes(b[unix.SizeofIfAddrmsg:]) {
		switch kind {
		case unix.IFA_LOCAL: // of a point-to-point device IFA_ADDRESS is the other end
			local, _ = netip.AddrFromSlice(value)
		case unix.IFA_ADDRESS:
			address, _ = netip.AddrFromSlice(value)
		}
	}
	if !local.IsValid() {
		local = address
	}
	prefix = netip.PrefixFrom(local, int(b[1]))
	return int(native32(b[4:])), prefix, prefix.IsValid()
}

// native32 reads a number of this machine's order, as rtnetlink has them.
func native32(b []byte) uint32 { return binary.NativeEndian.Uint32(b) }

// internal says whether a device leads to nothing but containers and virtual machines of this host: a bridge without
// hardware in it, or one end of a pair.
func (l *link) internal(all []*link) bool {
	if l.kind != "bridge" {
		return false
	}
	for _, other := range all {
		if other.master == l.index && other.kind != "veth" && other.kind != "tun" {
			return false
		}
	}
	return true
}
