package netfilter

import (
	"encoding/binary"
	"net/netip"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// Flags of a range of addresses and ports (linux/netfilter/nf_nat.h).
const (
	mapAddresses = 1
	mapPorts     = 2
)

// decodeTarget reads a target other than a plain verdict.
func decodeTarget(name string, revision int, info []byte) []step {
	switch name {
	case "REDIRECT", "DNAT":
		d := diversion{action: facts.DNAT}
		if name == "REDIRECT" {
			d.action = facts.Redirect
		}
		switch {
		case len(info) >= 40: // struct nf_nat_range and nf_nat_range2: flags, two addresses of 16 bytes, two ports
			d.read(binary.NativeEndian.Uint32(info), info[4:20], info[36:40])
		case revision == 0 && len(info) >= 20: // struct nf_nat_ipv4_multi_range_compat: count, then flags, two addresses, two ports
			d.read(binary.NativeEndian.Uint32(info[4:]), info[8:12], info[16:20])
		default:
			return []step{unforeseen{}, send{d}}
		}
		return []step{send{d}}
	case "TPROXY":
		d := diversion{action: facts.TProxy}
		switch { // mark_mask, mark_value, address, port
		case revision == 0 && len(info) >= 14:
			d.read(mapAddresses|mapPorts, info[8:12], append(info[12:14:14], info[12:14]...))
		case len(info) >= 26:
			d.read(mapAddresses|mapPorts, info[8:24], append(info[24:26:26], info[24:26]...))
		}
		return []step{send{d}}
	case "NOTRACK":
		return []step{notrack{}}
	case "CT": // struct xt_ct_target_info: flags, of which the first is XT_CT_NOTRACK
		if len(info) >= 2 && binary.NativeEndian.Uint16(info)&1 != 0 {
			return []step{notrack{}}
		}
	case "MARK":
		return []step{mark{}}
	case "CONNMARK": // it sets either from the other, too
		return []step{mark{}, join{}}
	case "REJECT":
		return []step{decide{verdict{code: codeReject}}}
	case "DROP":
		return []step{decide{verdict{code: codeDrop}}}
	case "NETMAP":
		return []step{unforeseen{}, send{diversion{action: facts.DNAT, open: true}}}
	}
	return nil // LOG, SNAT, MASQUERADE and others that leave the destination alone
}

func (d *diversion) read(flags uint32, address, portPair []byte) {
	if flags&mapAddresses != 0 {
		if d.to, _ = netip.AddrFromSlice(address); d.to.IsUnspecified() {
			d.to = netip.Addr{}
		}
	}
	if flags&mapPorts != 0 {
		d.port = port.Range{First: binary.BigEndian.Uint16(portPair), Last: binary.BigEndian.Uint16(portPair[2:])}
	}
}

// send diverts to what is known beforehand. An address of IPv4 stands in the first four of 16 bytes.
type send struct{ diversion }

func (s send) run(m *vm) {
	d := s.diversion
	if d.to.Is6() && m.packet.v4() {
		a := d.to.As16()
		d.to = netip.AddrFrom4([4]byte(a[:4]))
	}
	m.divert(d)
}
