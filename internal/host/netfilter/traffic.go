package netfilter

import (
	"encoding/binary"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
)

// Where filters of traffic control see all packets of a device (linux/pkt_sched.h).
const (
	clsactIngress = 0xfffffff2 // TC_H_CLSACT, TC_H_MIN_INGRESS
	clsactEgress  = 0xfffffff3
)

// sizeofTcmsg is the length of struct tcmsg: family, three bytes of padding, and then numbers of the device, the filter,
// the parent and the protocol.
const sizeofTcmsg = 20

// filters lists those of traffic control at one side of a device.
func (r *Rules) filters(l *link, parent uint32) (found []facts.Program, err error) {
	question := binary.NativeEndian.AppendUint32(make([]byte, 4), uint32(l.index))
	question = binary.NativeEndian.AppendUint32(append(question, 0, 0, 0, 0), parent)
	messages, err := r.routes.Execute(netlink.Message{
		Header: netlink.Header{Type: unix.RTM_GETTFILTER, Flags: netlink.Request | netlink.Dump},
		Data:   append(question, 0, 0, 0, 0),
	})
	for _, m := range messages {
		if p, ok := decodeFilter(m.Data); ok {
			found = append(found, p)
		}
	}
	return found, err
}

// decodeFilter reads a RTM_NEWTFILTER message. There is one for each list of filters, too, which has no number.
func decodeFilter(b []byte) (p facts.Program, ok bool) {
	if len(b) < sizeofTcmsg || native32(b[8:]) == 0 {
		return p, false
	}
	p.Kind = "tc"
	for kind, value := range attributes(b[sizeofTcmsg:]) {
		switch kind {
		case unix.TCA_KIND:
			p.Filter = text(value)
		case unix.TCA_OPTIONS:
			if p.Filter == "bpf" {
				p.ID = programOf(value)
			}
		}
	}
	return p, p.Filter != ""
}

func programOf(b []byte) uint32 {
	const id = 11 // TCA_BPF_ID
	for kind, value := range attributes(b) {
		if kind == id && len(value) == 4 {
			return native32(value)
		}
	}
	return 0 // a program of the old kind, which has no number
}
