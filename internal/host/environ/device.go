package environ

import (
	"encoding/binary"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// isContainers says whether a network has nothing but what containers are given: devices that name another namespace as
// that of their other end (veth) or of what they stand on (macvlan), and tunnels of a program, as slirp4netns and pasta make.
// The kernel is asked and not /sys, which tells of the namespace that it was mounted in.
func isContainers() bool {
	conn, err := netlink.Dial(unix.NETLINK_ROUTE, nil)
	if err != nil {
		return false // not known: the answer is not put in question
	}
	defer conn.Close()
	links, err := conn.Execute(netlink.Message{
		Header: netlink.Header{Type: unix.RTM_GETLINK, Flags: netlink.Request | netlink.Dump},
		Data:   make([]byte, unix.SizeofIfInfomsg),
	})
	if err != nil {
		return false
	}
	for _, link := range links {
		if len(link.Data) >= unix.SizeofIfInfomsg && isHosts(link.Data) {
			return false
		}
	}
	return true
}

// ifinfomsgFlags is where struct ifinfomsg has the flags of the device.
const ifinfomsgFlags = 8

// isHosts says whether an RTM_NEWLINK message is of a device that containers are not given. One that is down does not count:
// the kernel makes some in every namespace.
func isHosts(data []byte) bool {
	flags := binary.NativeEndian.Uint32(data[ifinfomsgFlags:])
	if flags&unix.IFF_LOOPBACK != 0 || flags&unix.IFF_UP == 0 {
		return false
	}
	attributes, err := netlink.NewAttributeDecoder(data[unix.SizeofIfInfomsg:])
	if err != nil {
		return false
	}
	outward := false
	for attributes.Next() {
		switch attributes.Type() {
		case unix.IFLA_LINK_NETNSID:
			outward = true
		case unix.IFLA_LINKINFO:
			attributes.Nested(func(info *netlink.AttributeDecoder) error {
				for info.Next() {
					if info.Type() == unix.IFLA_INFO_KIND && info.String() == "tun" {
						outward = true
					}
				}
				return nil
			})
		}
	}
	return !outward
}
