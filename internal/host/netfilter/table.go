package netfilter

import (
	"cmp"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/facts"
)

// table is a table of rules whose chains and sets are read when a packet comes to them: hosts of Kubernetes have
// thousands of chains, of which a wanted port sees a handful.
type table struct {
	backend   facts.Backend
	family    string // ip, ip6, inet or netdev
	name      string
	failed    error // what could not be read
	docker    bool  // Docker has a chain in it for what it publishes
	podman    bool  // so has Podman
	dockers   bool  // Docker has that chain
	publishes bool  // an engine has a chain in it that sends what comes to a published port to the container

	readChain func(name string) ([]rule, error)
	readSet   func(name string) (*set, error) // nil for iptables-legacy, which has none
	chains    map[string][]rule
	sets      map[string]*set
}

// note says that the table has a chain.
func (t *table) note(chain string) {
	t.dockers = t.dockers || isDockers(t.name, chain)
	t.publishes = t.publishes || isEngines(t.name, chain)
	t.docker, t.podman = t.docker || lets("", t.name, chain), t.podman || lets(podman, t.name, chain)
}

// of says whether an engine has a chain in the table.
func (t *table) of(engine string) bool {
	if engine == podman {
		return t.podman
	}
	return t.docker
}

func (t *table) chain(name string) []rule {
	rules, read := t.chains[name]
	if !read {
		var err error
		if rules, err = t.readChain(name); err != nil && t.failed == nil {
			t.failed = err
		}
		if t.chains == nil {
			t.chains = map[string][]rule{}
		}
		t.chains[name] = rules
	}
	return rules
}

func (t *table) set(name string) (*set, error) {
	if s, read := t.sets[name]; read {
		return s, nil
	}
	s, err := t.readSet(name)
	if err != nil {
		if t.failed == nil {
			t.failed = err
		}
		return nil, err
	}
	if t.sets == nil {
		t.sets = map[string]*set{}
	}
	t.sets[name] = s
	return s, nil
}

func (t *table) serves(v4 bool) bool {
	return t.family == "inet" || t.family == "netdev" || (t.family == "ip") == v4
}

// hook is where in a packet's way a base chain stands.
type hook uint8

const (
	prerouting  hook = 0 // NF_INET_PRE_ROUTING
	input       hook = 1 // NF_INET_LOCAL_IN
	forward     hook = 2 // NF_INET_FORWARD
	output      hook = 3 // NF_INET_LOCAL_OUT
	postrouting hook = 4 // NF_INET_POST_ROUTING
	ingress     hook = 5 // NF_INET_INGRESS, and NF_NETDEV_INGRESS: at a device, before all others
	egress      hook = 6 // NF_NETDEV_EGRESS: at a device, after all others
)

// base is a chain where packets enter a table.
type base struct {
	*table
	chain      string
	hook       hook
	devices    []string // that it is at, at the hooks for devices; one that ends in * is of all that begin so
	priority   int32
	order      int  // of tables of one priority: the later is asked first
	translates bool // it is of type nat: the first packet of a connection comes to it, and to no other when it was mapped
	drops      bool // so it does with packets that come to its end
}

// at says whether the chain stands at a device.
func (b base) at(d device) bool {
	return slices.ContainsFunc(b.devices, func(name string) bool {
		start, several := strings.CutSuffix(name, "*")
		return name == d.name || several && strings.HasPrefix(d.name, start)
	})
}

// met is at which priority packets come to the chain. Addresses are translated at one, whatever that of the chains of
// type nat: the kernel has one function at each hook, which asks all of them, those of iptables-legacy among them, until one
// sets a mapping up (nf_nat_inet_fn). Their own priority is only their order among each other.
func (b base) met() int32 {
	const destination, source = -100, 100 // NF_IP_PRI_NAT_DST, NF_IP_PRI_NAT_SRC
	switch {
	case !b.translates:
		return b.priority
	case b.hook == prerouting || b.hook == output:
		return destination
	}
	return source
}

// ties says whether nobody can tell which of two nat chains is asked first: one of nftables and one of iptables-legacy at the same
// priority. The kernel puts the later one first, and does not show when each came.
func (b base) ties(o base) bool {
	return b.translates && o.table != nil && o.translates && b.priority == o.priority && (b.backend == facts.Legacy) != (o.backend == facts.Legacy)
}

// sortBases puts chains in the order in which packets meet them. Of two with one priority the kernel puts the later one
// first (nf_hook_entries_grow); which is later only the order of the tables tells.
func sortBases(bases []base) {
	slices.SortStableFunc(bases, func(a, b base) int {
		return cmp.Or(cmp.Compare(a.met(), b.met()), cmp.Compare(a.priority, b.priority), cmp.Compare(b.order, a.order))
	})
}
