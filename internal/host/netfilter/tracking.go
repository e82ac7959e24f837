package netfilter

import (
	"bytes"
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// A chain of type nat is asked about the first packet of a connection. The kernel keeps connections of a family from the first rule
// on that has need of them: the expressions and extensions below do so (nf_ct_netns_get), a chain of type nat does not. Without
// such a rule no packet has a connection, and none comes to the chain (nf_nat_inet_fn; seen on Linux 6.18).
var (
	trackingExpressions = []string{"ct", "nat", "masq", "redir", "connlimit", "synproxy", "flow_offload"}
	trackingExtensions  = []string{
		"conntrack", "state", "connmark", "connbytes", "connlimit", "connlabel", "helper", "cluster",
		"DNAT", "SNAT", "MASQUERADE", "REDIRECT", "NETMAP", "CT", "CONNMARK", "CONNSECMARK", "SYNPROXY", "CLUSTERIP",
	}
)

// trackingObjects are the kinds of nftables' objects that have need of connections (NFT_OBJECT_*): ct helper, connlimit, ct timeout,
// ct expectation and synproxy.
var trackingObjects = map[uint64]bool{3: true, 5: true, 7: true, 9: true, 10: true}

const objectType = 3 // NFTA_OBJ_TYPE

// keepsConnections says whether the kernel keeps connections of a family. What cannot be read is taken for a rule that has
// need of them.
func (r *Rules) keepsConnections(v4 bool) bool {
	if known, asked := r.tracking[v4]; asked {
		return known
	}
	families := []byte{unix.NFPROTO_INET, unix.NFPROTO_IPV6}
	if v4 {
		families[1] = unix.NFPROTO_IPV4
	}
	keeps := r.legacyTracks[v4]
	for _, family := range families {
		keeps = keeps || r.ask != nil && tracksIn(r.ask, family)
	}
	if r.tracking == nil {
		r.tracking = map[bool]bool{}
	}
	r.tracking[v4] = keeps
	return keeps
}

func tracksIn(ask ask, family byte) bool {
	rules, err := ask(unix.NFT_MSG_GETRULE, family)
	if err != nil {
		return true
	}
	for _, message := range rules {
		if r, _ := decodeRule(message[4:]); tracks(r.coded) {
			return true
		}
	}
	objects, err := ask(unix.NFT_MSG_GETOBJ, family)
	for _, message := range objects {
		for kind, value := range attributes(message[4:]) {
			if kind == objectType && trackingObjects[number(value)] {
				return true
			}
		}
	}
	return err != nil
}

// tracks says whether one of a rule's expressions has need of connections. NFTA_EXPR_NAME, NFTA_MATCH_NAME and NFTA_TARGET_NAME
// are attributes of one number.
func tracks(expressions []byte) bool {
	for _, names := range [][]string{trackingExpressions, trackingExtensions} {
		for _, name := range names {
			attribute := binary.NativeEndian.AppendUint16(nil, uint16(4+len(name)+1))
			attribute = binary.NativeEndian.AppendUint16(attribute, 1)
			if bytes.Contains(expressions, append(attribute, zeroTerminated(name)...)) {
				return true
			}
		}
	}
	return false
}

// legacyTracks says the same of the entries of a table of iptables-legacy, in which a name is text of its own.
func legacyTracks(entries []byte) bool {
	for _, name := range trackingExtensions {
		if bytes.Contains(entries, zeroTerminated(name)) {
			return true
		}
	}
	return false
}
