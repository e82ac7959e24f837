package probe

import (
	"encoding/binary"
	"net/netip"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// halfOpen says whether a socket of this host has answered a client's first packet and waits for the next. Where a filter drops
// that one the client takes itself for connected all the same. The kernel is asked for the one connection (linux/inet_diag.h:
// struct inet_diag_req_v2; a request that is not accepted yet is found by its addresses since Linux 4.4).
func halfOpen(server, client netip.AddrPort) bool {
	const (
		bySocket = 20 // SOCK_DIAG_BY_FAMILY
		size     = 8 + 48
		synRecv  = 3 // TCP_SYN_RECV
	)
	conn, err := netlink.Dial(unix.NETLINK_SOCK_DIAG, nil)
	if err != nil {
		return false
	}
	defer conn.Close()
	request := make([]byte, size)
	if request[0] = unix.AF_INET6; server.Addr().Is4() {
		request[0] = unix.AF_INET
	}
	request[1] = unix.IPPROTO_TCP
	binary.BigEndian.PutUint16(request[8:], server.Port())
	binary.BigEndian.PutUint16(request[10:], client.Port())
	copy(request[12:], server.Addr().AsSlice())
	copy(request[28:], client.Addr().AsSlice())
	binary.NativeEndian.PutUint64(request[48:], ^uint64(0)) // INET_DIAG_NOCOOKIE
	replies, err := conn.Execute(netlink.Message{Header: netlink.Header{Type: bySocket, Flags: netlink.Request}, Data: request})
	return err == nil && len(replies) > 0 && len(replies[0].Data) > 1 && replies[0].Data[1] == synRecv
}
