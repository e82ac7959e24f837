package sockets

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"time"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// From linux/sock_diag.h and linux/inet_diag.h; golang.org/x/sys has none of them.
const (
	sockDiagByFamily = 20

	attrBytecode = 1  // INET_DIAG_REQ_BYTECODE, in a request
	attrInfo     = 2  // INET_DIAG_INFO: struct tcp_info
	attrV6Only   = 11 // INET_DIAG_SKV6ONLY, kernel 4.2
	attrCgroupID = 21 // INET_DIAG_CGROUP_ID, kernel 5.8

	requestLen = 56 // struct inet_diag_req_v2
	messageLen = 72 // struct inet_diag_msg

	timerTimeWait = 3 // idiag_timer of a TIME_WAIT socket
)

// States of net/tcp_states.h, as bits of a request's mask.
const (
	stateEstablished = 1
	stateSynRecv     = 3
	stateTimeWait    = 6
	stateClose       = 7
	stateListen      = 10
	stateBound       = 13 // TCP_BOUND_INACTIVE, kernel 6.8: only in requests, it comes back as CLOSE

	maskListen = 1 << stateListen
	maskUDP    = 1<<stateEstablished | 1<<stateClose
	// Everything that keeps a port besides listeners. Half-open connections (SYN_RECV) belong to their listener.
	maskOthers = 0xffe &^ (1<<stateSynRecv | 1<<stateClose | 1<<stateListen)
	maskBound  = 1 << stateBound
)

// diag asks the kernel's socket tables by netlink. The answer speaks of the network namespace that it was opened in.
type diag struct{ conn *netlink.Conn }

func openDiag() (*diag, error) {
	conn, err := netlink.Dial(unix.NETLINK_SOCK_DIAG, nil)
	if err != nil {
		return nil, fmt.Errorf("opening a sock_diag socket: %w", err)
	}
	return &diag{conn}, nil
}

func (d *diag) close() { d.conn.Close() }

// dump lists the sockets of one family and protocol in the given states whose local port lies in one of the ranges.
func (d *diag) dump(family uint8, p port.Protocol, states uint32, ranges []port.Range) ([]facts.PortUse, error) {
	replies, err := d.ask(family, p, states, ranges)
	if err != nil {
		return nil, fmt.Errorf("asking sock_diag for %s sockets: %w", p, err)
	}
	var claims []facts.PortUse
	for _, m := range replies {
		c, err := decode(m.Data)
		if err != nil {
			return nil, err
		}
		c.Protocol = p
		for _, r := range ranges {
			if r.Overlaps(c.Ports) {
				claims = append(claims, c)
				break
			}
		}
	}
	return claims, nil
}

// ask puts the question. The kernel does the filtering, unless there are more ranges than a program holds: a dump of
// listeners alone costs the same with ten connections on the host and a million.
func (d *diag) ask(family uint8, p port.Protocol, states uint32, ranges []port.Range) ([]netlink.Message, error) {
	request := make([]byte, requestLen)
	request[0], request[1] = family, byte(p)
	if states == maskOthers {
		request[2] = 1 << (attrInfo - 1) // which attributes to add
	}
	binary.NativeEndian.PutUint32(request[4:], states)
	attributes, err := netlink.MarshalAttributes([]netlink.Attribute{{Type: attrBytecode, Data: bytecode(ranges)}})
	if err != nil {
		return nil, err
	}
	return d.execute(netlink.Message{
		Header: netlink.Header{Type: sockDiagByFamily, Flags: netlink.Request | netlink.Dump},
		Data:   append(request, attributes...),
	})
}

// execute repeats a dump that the kernel says was interrupted by a change of the table (NLM_F_DUMP_INTR).
func (d *diag) execute(m netlink.Message) (replies []netlink.Message, err error) {
	for range 3 {
		if replies, err = d.conn.Execute(m); err != nil {
			return nil, err
		}
		if !interrupted(replies) {
			break
		}
	}
	return replies, nil
}

func interrupted(replies []netlink.Message) bool {
	for _, m := range replies {
		if m.Header.Flags&netlink.DumpInterrupted != 0 {
			return true
		}
	}
	return false
}

// decode reads a struct inet_diag_msg and the attributes behind it.
func decode(b []byte) (facts.PortUse, error) {
	if len(b) < messageLen {
		return facts.PortUse{}, fmt.Errorf("reading a sock_diag reply: %d bytes, want %d", len(b), messageLen)
	}
	family, state := b[0], b[1]
	c := facts.PortUse{
		Source:  "sock_diag",
		Binding: port.Binding{Addr: address(family, b[8:24])},
		Ports:   port.Single(binary.BigEndian.Uint16(b[4:])),
		Remote:  netip.AddrPortFrom(address(family, b[24:40]), binary.BigEndian.Uint16(b[6:])),
		State:   stateOf(state),
		Socket: &facts.Socket{
			UID:   binary.NativeEndian.Uint32(b[64:]),
			Inode: binary.NativeEndian.Uint32(b[68:]),
		},
	}
	if c.State == facts.TimeWait && b[2] == timerTimeWait {
		c.FreeIn = time.Duration(binary.NativeEndian.Uint32(b[52:])) * time.Millisecond
	}
	c.Binding.Device = deviceName(binary.NativeEndian.Uint32(b[40:]))
	attributes, err := netlink.NewAttributeDecoder(b[messageLen:])
	if err != nil {
		return facts.PortUse{}, fmt.Errorf("reading a sock_diag reply: %w", err)
	}
	for attributes.Next() {
		switch attributes.Type() {
		case attrV6Only:
			c.Binding.V6Only = attributes.Uint8() != 0
		case attrCgroupID:
			c.Socket.CgroupID = attributes.Uint64()
		case attrInfo:
			c.Opener = opener(state, attributes.Bytes())
		}
	}
	return c, attributes.Err()
}

func address(family uint8, b []byte) netip.Addr {
	if family == unix.AF_INET {
		return netip.AddrFrom4([4]byte(b[:4]))
	}
	return netip.AddrFrom16([16]byte(b[:16]))
}

// stateOf translates a kernel state. CLOSE is a UDP socket without a peer, or a TCP socket that is bound and idle.
func stateOf(s uint8) facts.State {
	switch s {
	case stateListen:
		return facts.Listening
	case stateClose:
		return facts.Bound
	case stateTimeWait:
		return facts.TimeWait
	}
	return facts.Connected
}
