package netfilter

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"syscall"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/port"
)

// journey is a packet that the kernel is asked about: where would its routes send it? Nothing is sent.
type journey struct {
	from, to       netip.Addr
	in             int // index of the device that it comes by; 0: the host itself sends it
	protocol       port.Protocol
	source, target uint16
}

// route is what the kernel says. The errno is that of a route that leads nowhere, and of a packet that is refused for where it
// comes from.
type route struct {
	kind  byte // RTN_LOCAL, RTN_UNICAST…
	out   int  // index of the device
	errno syscall.Errno
	from  netip.Addr // what a program of the host sends from that names no address
}

// ask puts the question of "ip route get", rules of routing, filters of reverse paths and the setting for forwarding included.
func (j journey) ask(conn *netlink.Conn) (route, error) {
	family, bits := byte(unix.AF_INET), byte(32)
	if j.to.Is6() {
		family, bits = unix.AF_INET6, 128
	}
	var sources byte
	attributes := []netlink.Attribute{{Type: unix.RTA_DST, Data: j.to.WithZone("").AsSlice()}}
	if j.from.IsValid() {
		sources = bits
		attributes = append(attributes, netlink.Attribute{Type: unix.RTA_SRC, Data: j.from.WithZone("").AsSlice()})
	}
	if j.in != 0 {
		attributes = append(attributes, netlink.Attribute{Type: unix.RTA_IIF, Data: binary.NativeEndian.AppendUint32(nil, uint32(j.in))})
	}
	if j.source != 0 { // a kernel before 4.17 knows no rules by ports, and does not mind
		attributes = append(attributes,
			netlink.Attribute{Type: unix.RTA_IP_PROTO, Data: []byte{byte(j.protocol)}},
			netlink.Attribute{Type: unix.RTA_SPORT, Data: binary.BigEndian.AppendUint16(nil, j.source)},
			netlink.Attribute{Type: unix.RTA_DPORT, Data: binary.BigEndian.AppendUint16(nil, j.target)})
	}
	data, err := netlink.MarshalAttributes(attributes)
	if err != nil {
		return route{}, err
	}
	header := make([]byte, unix.SizeofRtMsg)
	header[0], header[1], header[2] = family, bits, sources
	messages, err := conn.Execute(netlink.Message{
		Header: netlink.Header{Type: unix.RTM_GETROUTE, Flags: netlink.Request}, Data: append(header, data...),
	})
	var errno syscall.Errno
	switch {
	case errors.As(err, &errno):
		return route{errno: errno}, nil
	case err != nil || len(messages) == 0:
		return route{}, err
	}
	return decodeRoute(messages[0].Data), nil
}

func decodeRoute(b []byte) (r route) {
	if len(b) < unix.SizeofRtMsg {
		return r
	}
	r.kind = b[7]
	switch r.kind { // IPv6 tells of some as of a route
	case unix.RTN_BLACKHOLE:
		r.errno = syscall.EINVAL
	case unix.RTN_UNREACHABLE:
		r.errno = syscall.EHOSTUNREACH
	case unix.RTN_PROHIBIT:
		r.errno = syscall.EACCES
	}
	for kind, value := range attributes(b[unix.SizeofRtMsg:]) {
		switch kind {
		case unix.RTA_OIF:
			r.out = index(value)
		case unix.RTA_PREFSRC:
			r.from, _ = netip.AddrFromSlice(value)
		}
	}
	return r
}
