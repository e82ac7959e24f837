package netfilter

import (
	"encoding/binary"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// A datagram has no connection, and the kernel keeps one of it all the same: as long as a client goes on sending, its packets go where
// a rule sent the first of them, also when that rule is gone.

// Numbers of linux/netfilter/nfnetlink_conntrack.h and of the kernel's nf_internals.h.
const (
	getConnections = unix.NFNL_SUBSYS_CTNETLINK<<8 | 1 // IPCTNL_MSG_CT_GET

	ctOriginal, ctReply, ctStatus, ctFilter = 1, 2, 3, 25 // CTA_TUPLE_ORIG, CTA_TUPLE_REPLY, CTA_STATUS, CTA_FILTER
	ctAddresses, ctPorts                    = 1, 2        // CTA_TUPLE_IP, CTA_TUPLE_PROTO
	ctProtocol, ctSource, ctTarget          = 1, 2, 3     // CTA_PROTO_NUM, CTA_PROTO_SRC_PORT, CTA_PROTO_DST_PORT
	ctOriginalFlags, ctReplyFlags           = 1, 2        // CTA_FILTER_ORIG_FLAGS, CTA_FILTER_REPLY_FLAGS
	byProtocol, byTarget                    = 1 << 3, 1 << 5
)

// maxConnections bounds the table that is asked: a kernel before 5.8 does not filter it, and lists all. maxTracked is for how many ports
// it is: whoever asks about all of them looks for what has them, and a client that was sent away has none.
const (
	maxConnections = 200_000
	maxTracked     = 256
)

// flow is one direction of a connection.
type flow struct {
	from, to netip.AddrPort
	protocol uint8
}

// flows are the connections of clients that go on sending datagrams to a want's ports, and whose packets go elsewhere, one for each
// place that they go to.
func (r *Rules) flows(w port.Requirement) (found []facts.PortUse) {
	if w.Protocol != port.UDP || w.Ports.Len() > maxTracked {
		return nil
	}
	if n := r.connections(); n == 0 || n > maxConnections {
		return nil
	}
	conn, err := netlink.Dial(unix.NETLINK_NETFILTER, &netlink.Config{MessageBufferSize: answerBuffer})
	if err != nil {
		return nil
	}
	defer conn.Close()
	for _, family := range []byte{unix.AF_INET, unix.AF_INET6} {
		replies, err := conn.Execute(askFlows(family, w.Ports))
		if err != nil {
			continue // without CAP_NET_ADMIN, or without the module: as with all other rules then
		}
		for _, m := range replies {
			if len(m.Data) >= 4 {
				found = r.addFlow(found, w, m.Data[4:])
			}
		}
	}
	return found
}

// connections counts those that the kernel keeps in this network namespace.
func (r *Rules) connections() int {
	text, err := os.ReadFile(r.procRoot + "/sys/net/netfilter/nf_conntrack_count")
	n, errNumber := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || errNumber != nil {
		return 0
	}
	return n
}

func askFlows(family byte, ports port.Range) netlink.Message {
	be := netlink.NewAttributeEncoder()
	flags := uint32(byProtocol)
	be.Nested(ctOriginal, func(tuple *netlink.AttributeEncoder) error {
		tuple.Nested(ctPorts, func(proto *netlink.AttributeEncoder) error {
			proto.Uint8(ctProtocol, unix.IPPROTO_UDP)
			if ports.Len() == 1 {
				flags |= byTarget
				proto.Bytes(ctTarget, binary.BigEndian.AppendUint16(nil, ports.First))
			}
			return nil
		})
		return nil
	})
	be.Nested(ctFilter, func(filter *netlink.AttributeEncoder) error {
		filter.Uint32(ctOriginalFlags, flags)
		filter.Uint32(ctReplyFlags, 0)
		return nil
	})
	be.Bytes(ctStatus, binary.BigEndian.AppendUint32(nil, statusTranslated)) // from 5.19 on, only those whose target was translated
	data, _ := be.Encode()
	return netlink.Message{
		Header: netlink.Header{Type: netlink.HeaderType(getConnections), Flags: netlink.Request | netlink.Dump},
		Data:   append([]byte{family, unix.NFNETLINK_V0, 0, 0}, data...),
	}
}

func (r *Rules) addFlow(found []facts.PortUse, w port.Requirement, data []byte) []facts.PortUse {
	there, back, translated := decodeFlow(data)
	if !translated || there.protocol != unix.IPPROTO_UDP || there.to == back.from || !w.Ports.Contains(there.to.Port()) || !covers(w, there.to.Addr()) || !r.here(there.to.Addr()) {
		return found
	}
	return add(found, facts.PortUse{
		Protocol: w.Protocol, Binding: port.Binding{Addr: there.to.Addr(), V6Only: true}, Ports: port.Single(there.to.Port()),
		State: facts.Redirecting, Source: sourceName(facts.Tracked),
		Rule: &facts.Rule{Backend: facts.Tracked, Action: facts.DNAT, To: back.from.Addr(), Port: port.Single(back.from.Port()), Some: true, Inside: r.has(there.from.Addr())},
	})
}

// decodeFlow reads both directions of a connection, and whether its target was translated.
func decodeFlow(data []byte) (there, back flow, translated bool) {
	for kind, value := range attributes(data) {
		switch kind {
		case ctOriginal:
			there = decodeTuple(value)
		case ctReply:
			back = decodeTuple(value)
		case ctStatus:
			translated = number(value)&statusTranslated != 0
		}
	}
	return there, back, translated
}

func decodeTuple(data []byte) (f flow) {
	var from, to netip.Addr
	var source, target uint16
	for part, value := range attributes(data) {
		for kind, v := range attributes(value) {
			switch {
			case part == ctAddresses && (kind == 1 || kind == 3): // CTA_IP_V4_SRC, CTA_IP_V6_SRC
				from, _ = netip.AddrFromSlice(v)
			case part == ctAddresses && (kind == 2 || kind == 4):
				to, _ = netip.AddrFromSlice(v)
			case part == ctPorts && kind == ctProtocol && len(v) == 1:
				f.protocol = v[0]
			case part == ctPorts && kind == ctSource && len(v) == 2:
				source = binary.BigEndian.Uint16(v)
			case part == ctPorts && kind == ctTarget && len(v) == 2:
				target = binary.BigEndian.Uint16(v)
			}
		}
	}
	f.from, f.to = netip.AddrPortFrom(from, source), netip.AddrPortFrom(to, target)
	return f
}
