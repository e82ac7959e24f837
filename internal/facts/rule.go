package facts

import (
	"fmt"
	"net/netip"

	"github.com/safeport/safeport/internal/port"
)

// Rule is something in the kernel that sends packets to another place than the socket that is bound to their port, or
// drops them: a rule of nftables or iptables, an IPVS service, or a BPF program.
type Rule struct {
	Backend Backend
	Family  string // ip, ip6, inet or netdev, as nft calls it
	Table   string
	Chain   string
	Handle  uint64 // nftables: unique in its table
	Number  int    // iptables-legacy: place in its chain, from 1
	Policy  bool   // what becomes of packets at the end of the chain, not a rule in it
	Comment string
	Author  string // who most likely wrote it: "Docker"; empty for a person, or a program that leaves no mark

	Action Action
	To     netip.Addr // where the packets go; zero: this host itself, or not known
	Port   port.Range // zero: the port stays as it is, or is not known
	Some   bool       // only some packets: it asks for a source, a mark or something else that cannot be foreseen
	Inside bool       // it takes connections that the host makes to itself; the others come from outside
	Way    Way        // of Routing
}

// Backend is which of the kernel's tables a rule stands in.
type Backend uint8

const (
	NFTables Backend = iota + 1 // also what the iptables command writes today
	Legacy                      // x_tables, which nft does not show
	IPVS
	SKLookup // a BPF program
	Routing  // no rule: the host's routes and devices, see [Rule.Way]
	Tracked  // no rule any more: connections that the kernel keeps (conntrack)
)

// Action is how a rule sends packets elsewhere.
type Action uint8

const (
	DNAT     Action = iota + 1 // to another address or port
	Redirect                   // to another port of this host
	TProxy                     // to a socket of this host that is bound elsewhere
	Balance                    // to the servers of an IPVS service
	Steer                      // to a socket that a BPF program chooses
	Drop                       // nowhere
	Reject                     // nowhere, and the client is told
	Leave                      // out of this host, by another device
	Exempt                     // past all that translates addresses
)

// Name tells the rule from all others: "ip nat PREROUTING handle 5", "iptables-legacy nat PREROUTING rule 2".
func (r Rule) Name() string {
	switch {
	case r.Backend == IPVS:
		return "IPVS service"
	case r.Backend == SKLookup:
		return "sk_lookup program"
	case r.Backend == Tracked:
		return "conntrack"
	case r.Backend == Routing:
		return r.Way.String()
	case r.Backend == Legacy && r.Policy:
		return fmt.Sprintf("%s %s %s policy", r.LegacyCommand(), r.Table, r.Chain)
	case r.Backend == Legacy:
		return fmt.Sprintf("%s %s %s rule %d", r.LegacyCommand(), r.Table, r.Chain, r.Number)
	case r.Policy:
		return fmt.Sprintf("%s %s %s policy", r.Family, r.Table, r.Chain)
	}
	return fmt.Sprintf("%s %s %s handle %d", r.Family, r.Table, r.Chain, r.Handle)
}

// LegacyCommand is the program that shows a legacy rule.
func (r Rule) LegacyCommand() string {
	if r.Family == "ip6" {
		return "ip6tables-legacy"
	}
	return "iptables-legacy"
}

// Does is what the rule does, in nft's words: "dnat to 172.17.0.2:80", "redirect to :8080".
func (r Rule) Does() string {
	to := ""
	if r.To.IsValid() {
		to = r.To.String()
	}
	if r.Port.Len() > 0 {
		if r.To.Is6() {
			to = "[" + to + "]"
		}
		to += ":" + r.Port.String()
	}
	if to != "" {
		to = " to " + to
	}
	return map[Action]string{
		DNAT: "dnat", Redirect: "redirect", TProxy: "tproxy", Balance: "balanced", Steer: "steers to a socket of its choice", Drop: "drop", Reject: "reject",
		Leave: "fwd", Exempt: "notrack",
	}[r.Action] + to
}
