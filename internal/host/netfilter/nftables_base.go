package netfilter

import (
	"golang.org/x/sys/unix"
)

var families = map[byte]string{
	unix.NFPROTO_INET: "inet", unix.NFPROTO_IPV4: "ip", unix.NFPROTO_IPV6: "ip6", unix.NFPROTO_NETDEV: "netdev",
}

// decodeBase reads a NFT_MSG_NEWCHAIN message. It is ok if the chain is one where a packet of IP can be sent elsewhere or
// dropped: destinations are translated in chains of type nat, which may drop, and TPROXY stands in those of type filter.
func decodeBase(message []byte) (b base, in tableName, ok bool) {
	in.family = message[0]
	var kindOfChain string
	hooked := false
	for kind, value := range attributes(message[4:]) {
		switch kind {
		case unix.NFTA_CHAIN_TABLE:
			in.name = text(value)
		case unix.NFTA_CHAIN_NAME:
			b.chain = text(value)
		case unix.NFTA_CHAIN_TYPE:
			kindOfChain = text(value)
		case unix.NFTA_CHAIN_POLICY:
			b.drops = number(value) == codeDrop
		case unix.NFTA_CHAIN_HOOK:
			hooked = true
			b.decodeHook(value, in.family)
		}
	}
	_, follows := families[in.family]
	b.translates = kindOfChain == "nat"
	kinds := b.translates || kindOfChain == "filter" && b.hook <= egress || kindOfChain == "route"
	return b, in, hooked && follows && kinds
}

func (b *base) decodeHook(value []byte, family byte) {
	const devices = 4 // NFTA_HOOK_DEVS
	for kind, value := range attributes(value) {
		switch kind {
		case unix.NFTA_HOOK_HOOKNUM:
			b.hook = hook(number(value))
			if family == unix.NFPROTO_NETDEV {
				b.hook += ingress // NF_NETDEV_INGRESS, NF_NETDEV_EGRESS
			}
		case unix.NFTA_HOOK_PRIORITY:
			b.priority = int32(number(value))
		case unix.NFTA_HOOK_DEV:
			b.devices = append(b.devices, deviceName(value))
		case devices:
			for kind, value := range attributes(value) {
				const prefix = 2 // NFTA_DEVICE_PREFIX, which kernel 6.18 has
				name := deviceName(value)
				if kind == prefix {
					name = text(value) + "*"
				}
				b.devices = append(b.devices, name)
			}
		}
	}
}

// deviceName reads a name. One that has no zero at its end is the start of names: so the kernel said it at first (6.16).
func deviceName(b []byte) string {
	if n := len(b); n > 0 && b[n-1] != 0 {
		return string(b) + "*"
	}
	return text(b)
}
