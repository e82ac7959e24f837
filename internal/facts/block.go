package facts

import (
	"net/netip"

	"github.com/safeport/safeport/internal/port"
)

// Block is a filter's rule, or the policy of its chain, that keeps packets from outside from a wanted port, or others without
// which those are of no use.
type Block struct {
	Rule    Rule // its Action is Drop, Reject, Leave or Exempt
	Base    string
	Zone    string // of firewalld, that the packets come by; empty without
	Ports   port.Range
	Addrs   []netip.Addr // of this host, where it does so
	Extent  Extent
	Dropped Dropped
	// Forwarded says that the packets are on their way to a container: the host's own filter for input does not see them.
	Forwarded bool
}

// Dropped says which packets a rule drops.
type Dropped uint8

const (
	Requests  Dropped = iota // the first ones of connections
	Replies                  // those to clients, which have the wanted port as their source
	Proxied                  // what an engine's proxy sends to the container, to the container's port
	Neighbour                // those by which hosts of the same network find each other: ARP, or neighbour discovery
)

// Extent says whose packets a rule drops.
type Extent uint8

const (
	All  Extent = iota // no client gets in
	Most               // all but those that a rule before lets in, by something that cannot be foreseen
	Some               // those that meet something that cannot be foreseen: an address, a rate
)
