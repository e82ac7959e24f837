package claim

import (
	"net/netip"

	"safeport/internal/port"
)

// Block is a filter's rule, or the policy of its chain, that keeps packets from outside from a wanted port, or the answers to them.
type Block struct {
	Rule   Rule // its Action is Drop, Reject or Leave
	Base   string
	Zone   string // of firewalld, that the packets come by; empty without
	Ports  port.Range
	Addrs  []netip.Addr // of this host, where it does so
	Extent Extent
	// Answer says that the packets are answers to clients, which have the wanted port as their source.
	Answer bool
	// Proxied says that they are what an engine's proxy sends to the container, to the container's port.
	Proxied bool
	// Forwarded says that the packets are on their way to a container: the host's own filter for input does not see them.
	Forwarded bool
}

// Extent says whose packets a rule drops.
type Extent uint8

const (
	Everybody Extent = iota // no client gets in
	Others                  // all but those that a rule before lets in, by something that cannot be foreseen
	Few                     // those that meet something that cannot be foreseen: an address, a rate
)
