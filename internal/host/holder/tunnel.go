package holder

import (
	"encoding/binary"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// Attributes of linux/if_link.h that hold a tunnel's UDP port, which golang.org/x/sys does not have.
const (
	vxlanPort  = 15 // IFLA_VXLAN_PORT
	genevePort = 5  // IFLA_GENEVE_PORT
)

// tunnels are the UDP ports that the kernel itself has for network devices, with the devices' names. WireGuard tells its
// ports to nobody without privilege, and to those with it by another protocol: any UDP socket without a process may be
// the one of a WireGuard device, which stands under port 0.
func tunnels() map[uint16]string {
	conn, err := netlink.Dial(unix.NETLINK_ROUTE, nil)
	if err != nil {
		return nil
	}
	defer conn.Close()
	links, err := conn.Execute(netlink.Message{
		Header: netlink.Header{Type: unix.RTM_GETLINK, Flags: netlink.Request | netlink.Dump},
		Data:   make([]byte, unix.SizeofIfInfomsg),
	})
	if err != nil {
		return nil
	}
	ports := map[uint16]string{}
	for _, link := range links {
		if name, n, ok := tunnel(link.Data); ok {
			ports[n] = name
		}
	}
	return ports
}

// tunnel reads one RTM_NEWLINK message.
func tunnel(data []byte) (name string, n uint16, ok bool) {
	if len(data) < unix.SizeofIfInfomsg {
		return "", 0, false
	}
	attributes, err := netlink.NewAttributeDecoder(data[unix.SizeofIfInfomsg:])
	if err != nil {
		return "", 0, false
	}
	for attributes.Next() {
		switch attributes.Type() {
		case unix.IFLA_IFNAME:
			name = attributes.String()
		case unix.IFLA_LINKINFO:
			attributes.Nested(func(info *netlink.AttributeDecoder) error {
				n, ok = tunnelPort(info)
				return nil
			})
		}
	}
	return name, n, ok
}

func tunnelPort(info *netlink.AttributeDecoder) (n uint16, ok bool) {
	attribute := uint16(0)
	for info.Next() {
		switch info.Type() {
		case unix.IFLA_INFO_KIND:
			switch info.String() {
			case "vxlan":
				attribute = vxlanPort
			case "geneve":
				attribute = genevePort
			case "wireguard":
				return 0, true
			}
		case unix.IFLA_INFO_DATA: // always after the kind
			info.Nested(func(data *netlink.AttributeDecoder) error {
				for data.Next() {
					if attribute != 0 && data.Type() == attribute && len(data.Bytes()) == 2 {
						n, ok = binary.BigEndian.Uint16(data.Bytes()), true
					}
				}
				return nil
			})
		}
	}
	return n, ok
}
