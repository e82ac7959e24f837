package netfilter

import (
	"errors"
	"fmt"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// ask puts one question to nf_tables, and returns the bodies of the answers with their nfgenmsg headers. Tests put recorded
// answers in its place.
type ask func(message uint16, family byte, attributes ...netlink.Attribute) ([][]byte, error)

// answerBuffer holds what the kernel puts into one datagram of a dump when the reader takes it.
const answerBuffer = 64 << 10

// openNFTables asks the kernel. The answers speak of the network namespace that the connection was opened in.
func openNFTables() (ask, func() error, error) {
	conn, err := netlink.Dial(unix.NETLINK_NETFILTER, &netlink.Config{MessageBufferSize: answerBuffer})
	if err != nil {
		return nil, nil, fmt.Errorf("opening a netlink socket for nftables: %w", err)
	}
	question := func(message uint16, family byte, attributes ...netlink.Attribute) ([][]byte, error) {
		data, err := netlink.MarshalAttributes(attributes)
		if err != nil {
			return nil, err
		}
		request := netlink.Message{
			Header: netlink.Header{Type: netlink.HeaderType(unix.NFNL_SUBSYS_NFTABLES<<8 | message), Flags: netlink.Request | netlink.Dump},
			Data:   append([]byte{family, unix.NFNETLINK_V0, 0, 0}, data...),
		}
		if message == unix.NFT_MSG_GETSET {
			request.Header.Flags = netlink.Request // one set, by its name
		}
		for range 3 {
			replies, err := conn.Execute(request)
			if err != nil {
				return nil, err
			}
			if bodies, complete := bodiesOf(replies); complete {
				return bodies, nil
			}
		}
		return nil, errChanged
	}
	return question, conn.Close, nil
}

// bodiesOf are the answers with their nfgenmsg headers, whose first byte is the family. They are incomplete when the
// rules changed while they were listed.
func bodiesOf(replies []netlink.Message) (bodies [][]byte, complete bool) {
	bodies = make([][]byte, 0, len(replies))
	for _, r := range replies {
		if r.Header.Flags&netlink.DumpInterrupted != 0 {
			return nil, false
		}
		if len(r.Data) >= 4 {
			bodies = append(bodies, r.Data)
		}
	}
	return bodies, true
}

// errChanged says that the rules were changed while they were read.
var errChanged = errors.New("the rules changed while they were read")
