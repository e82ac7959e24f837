// Package netfilter finds the rules that send packets for a wanted port elsewhere before any socket sees them: destination NAT,
// redirections and transparent proxies of nftables and of iptables in both its kinds, IPVS services, and BPF programs that
// choose sockets. A port that such a rule takes can be bound, and nobody will come; nor will anybody from outside where a
// filter drops the packets, which is found in the same way.
//
// The rules are run, not searched: what a packet to the port would meet, at every address of the host and from the host
// itself, is followed through chains, jumps, sets and maps. A rule for another address or another device is never met;
// one that asks for something that cannot be foreseen, such as a client's address, may be. Programs at network devices,
// which see packets before any rule, are listed.
package netfilter

import (
	"errors"
	"net/netip"
	"slices"
	"time"

	"github.com/mdlayher/netlink"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// Rules are those of this process's network namespace that can send packets elsewhere, or drop them, and its routes.
type Rules struct {
	Sources []Source

	bases    []base
	links    []*link
	services []service
	programs int  // of sk_lookup
	leaving  bool // some chain sees answers on their way out

	portRoutes   []port.Range  // that rules of routing name; nil: not asked yet
	ask          ask           // nf_tables; nil: it has nothing
	legacyTracks map[bool]bool // by family, IPv4 is true: iptables-legacy has a rule that has need of connections
	tracking     map[bool]bool // what [Rules.keepsConnections] has found, by family

	routes     *netlink.Conn // to ask for routes, and for what is at devices
	procRoot   string
	known      map[int][]netip.Addr // neighbours that the host has spoken to, by device
	programsAt map[int]programsAt
	close      func() error
}

// Source is one of the places that rules stand in.
type Source struct {
	Name    string // devices, nftables, iptables-legacy, ipvs or sk_lookup
	Skipped bool   // the kernel has nothing of the kind
	Err     error  // why it could not be read
	Took    time.Duration
}

// Read reads what every packet comes by. Chains are read when one does, by [Rules.Diverted]. Without CAP_NET_ADMIN most
// of it cannot be read; the sources say so. The network namespace is that of the calling thread; procRoot is "/proc". The
// rules are to be closed.
func Read(procRoot string) *Rules {
	r := &Rules{procRoot: procRoot, close: func() error { return nil }}
	r.read("nftables", func() (int, error) {
		if !mayHold(procRoot, "nf_tables") {
			return 0, nil
		}
		ask, closeConn, err := openNFTables()
		if err != nil {
			return 0, err
		}
		r.ask, r.close = ask, closeConn
		bases, err := readNFTables(ask)
		r.bases = append(r.bases, bases...)
		return len(bases), err
	})
	r.read("iptables-legacy", func() (int, error) {
		v4, tracks4, err4 := readLegacy(procRoot, true)
		v6, tracks6, err6 := readLegacy(procRoot, false)
		r.bases = append(append(r.bases, v4...), v6...)
		r.legacyTracks = map[bool]bool{true: tracks4, false: tracks6}
		return len(v4) + len(v6), errors.Join(err4, err6)
	})
	r.read("ipvs", func() (n int, err error) {
		r.services, err = readIPVS(procRoot)
		return len(r.services), err
	})
	r.read("sk_lookup", func() (n int, err error) {
		r.programs, err = readSteering(procRoot)
		return r.programs, err
	})
	sortBases(r.bases)
	r.leaving = slices.ContainsFunc(r.bases, func(b base) bool { return b.hook >= output && b.hook != ingress && !b.translates })
	r.read("devices", func() (n int, err error) {
		r.links, r.routes, err = readLinks()
		return 0, err // they are no rules
	})
	return r
}

// Enter reads the chains that every packet comes to, and which are read in any case, at a time when there is nothing else to
// do: a chain of 10,000 rules takes as long as an engine's list of 500 containers.
func (r *Rules) Enter() {
	for _, b := range r.bases {
		b.table.chain(b.chain)
	}
}

// Close ends the connections by which chains and devices are read.
func (r *Rules) Close() {
	r.close()
	if r.routes != nil {
		r.routes.Close()
	}
}

// read notes a source that found something or could not be read.
func (r *Rules) read(name string, from func() (found int, err error)) {
	start := time.Now()
	found, err := from()
	r.Sources = append(r.Sources, Source{Name: name, Skipped: found == 0 && err == nil, Err: err, Took: time.Since(start)})
}

// DockersChain says whether Docker has its chain for the ports that it publishes on IPv4.
func (r *Rules) DockersChain() bool {
	return slices.ContainsFunc(r.bases, func(b base) bool { return b.table.dockers && b.table.serves(true) })
}

// Failed is what could not be read of chains and sets that a packet came to.
func (r *Rules) Failed() error {
	for _, b := range r.bases {
		if b.failed != nil {
			return b.failed
		}
	}
	return nil
}

// sourceName is the source that a table was read from.
func sourceName(b facts.Backend) string {
	switch b {
	case facts.Legacy:
		return "iptables-legacy"
	case facts.IPVS:
		return "ipvs"
	case facts.SKLookup:
		return "sk_lookup"
	case facts.Tracked:
		return "conntrack"
	}
	return "nftables"
}
