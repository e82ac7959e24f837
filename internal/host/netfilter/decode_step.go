package netfilter

import (
	"slices"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
)

// decodeStep reads an expression of nf_tables itself; nil for those that decide nothing.
func decodeStep(name string, f *fields) step {
	switch name {
	case "payload":
		if f[unix.NFTA_PAYLOAD_DREG] == nil {
			return nil // it writes
		}
		return loadPayload{
			f.num(unix.NFTA_PAYLOAD_BASE), int(f.num(unix.NFTA_PAYLOAD_OFFSET)),
			f.register(unix.NFTA_PAYLOAD_DREG), int(f.num(unix.NFTA_PAYLOAD_LEN)),
		}
	case "meta":
		switch {
		case f[unix.NFTA_META_DREG] != nil:
			return loadMeta{f.num(unix.NFTA_META_KEY), f.register(unix.NFTA_META_DREG)}
		case f.num(unix.NFTA_META_KEY) == unix.NFT_META_MARK:
			return mark{}
		}
		return nil
	case "ct":
		if f[unix.NFTA_CT_DREG] == nil {
			if f.num(unix.NFTA_CT_KEY) == unix.NFT_CT_MARK {
				return join{}
			}
			return nil // it writes
		}
		const direction = 3 // NFTA_CT_DIRECTION
		return loadConntrack{f.num(unix.NFTA_CT_KEY), f.register(unix.NFTA_CT_DREG), f[direction] != nil && f.num(direction) == 0}
	case "fib":
		return loadFib{f.num(unix.NFTA_FIB_RESULT), f.num(unix.NFTA_FIB_FLAGS), f.register(unix.NFTA_FIB_DREG)}
	case "cmp":
		return decodeCompare(f)
	case "range":
		low, _ := decodeData(f[unix.NFTA_RANGE_FROM_DATA])
		high, _ := decodeData(f[unix.NFTA_RANGE_TO_DATA])
		return compare{f.register(unix.NFTA_RANGE_SREG), low, high, f.num(unix.NFTA_RANGE_OP) == unix.NFT_RANGE_NEQ}
	case "bitwise":
		mask, _ := decodeData(f[unix.NFTA_BITWISE_MASK])
		xor, _ := decodeData(f[unix.NFTA_BITWISE_XOR])
		return bitwise{
			f.register(unix.NFTA_BITWISE_SREG), f.register(unix.NFTA_BITWISE_DREG), int(f.num(unix.NFTA_BITWISE_LEN)), mask, xor,
		}
	case "byteorder":
		return byteOrder{
			f.register(unix.NFTA_BYTEORDER_SREG), f.register(unix.NFTA_BYTEORDER_DREG),
			int(f.num(unix.NFTA_BYTEORDER_LEN)), int(f.num(unix.NFTA_BYTEORDER_SIZE)),
		}
	case "immediate":
		value, v := decodeData(f[unix.NFTA_IMMEDIATE_DATA])
		if f.num(unix.NFTA_IMMEDIATE_DREG) == unix.NFT_REG_VERDICT {
			return decide{v}
		}
		return loadValue{f.register(unix.NFTA_IMMEDIATE_DREG), known(value)}
	case "lookup":
		s := lookup{set: text(f[unix.NFTA_LOOKUP_SET]), from: f.register(unix.NFTA_LOOKUP_SREG), at: -1}
		s.negated = f.num(unix.NFTA_LOOKUP_FLAGS)&unix.NFT_LOOKUP_F_INV != 0
		if f[unix.NFTA_LOOKUP_DREG] != nil {
			if s.at = f.register(unix.NFTA_LOOKUP_DREG); f.num(unix.NFTA_LOOKUP_DREG) == unix.NFT_REG_VERDICT {
				s.at = verdictRegister
			}
		}
		return s
	}
	return decodeEnd(name, f)
}

// decodeEnd reads an expression that sends packets somewhere, or one that has no bearing on it.
func decodeEnd(name string, f *fields) step {
	switch name {
	case "nat":
		if f.num(unix.NFTA_NAT_TYPE) != unix.NFT_NAT_DNAT {
			return nil
		}
		return translate{
			facts.DNAT, f.register(unix.NFTA_NAT_REG_ADDR_MIN), f.register(unix.NFTA_NAT_REG_PROTO_MIN),
			f.register(unix.NFTA_NAT_REG_PROTO_MAX), f.num(unix.NFTA_NAT_FAMILY),
		}
	case "redir":
		return translate{facts.Redirect, -1, f.register(unix.NFTA_REDIR_REG_PROTO_MIN), f.register(unix.NFTA_REDIR_REG_PROTO_MAX), 0}
	case "tproxy":
		const family, address, port = 1, 2, 3 // NFTA_TPROXY_…
		return translate{facts.TProxy, f.register(address), f.register(port), -1, f.num(family)}
	case "notrack":
		return notrack{}
	case "counter", "log", "masq", "last", "dup", "secmark":
		return nil
	case "objref":
		return decodeObject(f)
	case "dynset":
		const expression, expressions = 7, 10 // NFTA_DYNSET_…
		if f[expression] == nil && f[expressions] == nil {
			return nil
		}
		return unforeseen{} // such as a limit for each address
	case "exthdr":
		return decodeExtension(f)
	case "fwd":
		return leave{f.register(unix.NFTA_FWD_SREG_DEV)}
	case "reject":
		return decide{verdict{code: codeReject}}
	}
	if name == "numgen" {
		const destination, modulus = 1, 2 // NFTA_NG_…
		return loadRandom{f.register(destination), int(f.num(modulus))}
	}
	// hash, rt, socket, osf, tunnel, xfrm: all write what they find to a register.
	if destination := map[string]int{
		"hash": 2, "rt": 1, "socket": 2, "osf": 1, "tunnel": 2, "xfrm": 1,
	}[name]; destination != 0 {
		return loadUnknown{f.register(destination)}
	}
	return unforeseen{} // limit, quota, connlimit, and what later kernels bring
}

// decodeObject reads a reference to a named object. Counters and helpers let every packet by; limits and quotas do not.
func decodeObject(f *fields) step {
	const kind, counter, helper, timeout, secmark = 1, 1, 3, 7, 8 // NFTA_OBJREF_IMM_TYPE, NFT_OBJECT_…
	switch f.num(kind) {
	case counter, helper, timeout, secmark:
		return nil
	}
	return unforeseen{}
}

// decodeExtension reads what is asked of the headers between those of IPv6 and TCP, of which a first packet has none, or of
// TCP's options.
func decodeExtension(f *fields) step {
	const destination, flags, operation, present, ipv6 = 1, 5, 6, 1, 0 // NFTA_EXTHDR_…, NFT_EXTHDR_…
	at := f.register(destination)
	switch {
	case f[destination] == nil:
		return nil // it writes
	case f.num(operation) != ipv6:
		return loadUnknown{at}
	case f.num(flags)&present != 0:
		return loadValue{at, known([]byte{0})}
	}
	return never{} // there is nothing to load, and the rule ends
}

func decodeCompare(f *fields) step {
	value, _ := decodeData(f[unix.NFTA_CMP_DATA])
	at := f.register(unix.NFTA_CMP_SREG)
	lowest, highest := make([]byte, len(value)), slices.Repeat([]byte{0xff}, len(value))
	switch f.num(unix.NFTA_CMP_OP) {
	case unix.NFT_CMP_EQ:
		return compare{at, value, value, false}
	case unix.NFT_CMP_NEQ:
		return compare{at, value, value, true}
	case unix.NFT_CMP_LTE:
		return compare{at, lowest, value, false}
	case unix.NFT_CMP_GT:
		return compare{at, lowest, value, true}
	case unix.NFT_CMP_GTE:
		return compare{at, value, highest, false}
	case unix.NFT_CMP_LT:
		return compare{at, value, highest, true}
	}
	return unforeseen{}
}
