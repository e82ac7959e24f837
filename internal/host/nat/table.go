package nat

import (
	"cmp"
	"slices"

	"safeport/internal/claim"
)

// table is a table of rules whose chains and sets are read when a packet comes to them: hosts of Kubernetes have
// thousands of chains, of which a wanted port sees a handful.
type table struct {
	backend claim.Backend
	family  string // ip, ip6 or inet
	name    string
	failed  error // what could not be read
	engine  bool  // a container engine has chains in it

	readChain func(name string) ([]rule, error)
	readSet   func(name string) (*set, error) // nil for iptables-legacy, which has none
	chains    map[string][]rule
	sets      map[string]*set
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
	return t.family == "inet" || (t.family == "ip") == v4
}

// hook is where in a packet's way a base chain stands.
type hook uint8

const (
	prerouting hook = 0 // NF_INET_PRE_ROUTING
	input      hook = 1 // NF_INET_LOCAL_IN
	forward    hook = 2 // NF_INET_FORWARD
	output     hook = 3 // NF_INET_LOCAL_OUT
)

// base is a chain where packets enter a table.
type base struct {
	*table
	chain      string
	hook       hook
	priority   int32
	order      int  // of tables of one priority: the later is asked first
	translates bool // it is of type nat: packets are not dropped there
	drops      bool // so it does with packets that come to its end
}

// sortBases puts chains in the order in which packets meet them. Of two with one priority the kernel puts the later one
// first (nf_hook_entries_grow); which is later only the order of the tables tells.
func sortBases(bases []base) {
	slices.SortStableFunc(bases, func(a, b base) int {
		return cmp.Or(cmp.Compare(a.priority, b.priority), cmp.Compare(b.order, a.order))
	})
}
