package netfilter

import (
	"fmt"
	"slices"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
)

// readNFTables finds the base chains where packets can be sent elsewhere, or dropped.
func readNFTables(ask ask) ([]base, error) {
	tables, err := ask(unix.NFT_MSG_GETTABLE, unix.NFPROTO_UNSPEC)
	if err != nil {
		return nil, fmt.Errorf("listing the tables of nftables: %w", err)
	}
	order := map[tableName]*table{}
	place := map[tableName]int{}
	for i, message := range tables {
		name := tableName{family: message[0]}
		dormant := false
		for kind, value := range attributes(message[4:]) {
			switch kind {
			case unix.NFTA_TABLE_NAME:
				name.name = text(value)
			case unix.NFTA_TABLE_FLAGS:
				dormant = number(value)&unix.NFT_TABLE_F_DORMANT != 0
			}
		}
		if dormant {
			continue // no packet comes to it
		}
		order[name], place[name] = newTable(ask, name), i
	}
	chains, err := ask(unix.NFT_MSG_GETCHAIN, unix.NFPROTO_UNSPEC)
	if err != nil {
		return nil, fmt.Errorf("listing the chains of nftables: %w", err)
	}
	var bases []base
	for _, message := range chains {
		b, in, ok := decodeBase(message)
		if b.table = order[in]; b.table == nil {
			continue
		}
		b.table.note(b.chain)
		if b.order = place[in]; ok {
			bases = append(bases, b)
		}
	}
	return bases, nil
}

// tableName is what a table is asked for by.
type tableName struct {
	family byte
	name   string
}

func newTable(ask ask, name tableName) *table {
	t := &table{backend: facts.NFTables, family: families[name.family], name: name.name}
	inTable := func(kind uint16) netlink.Attribute {
		return netlink.Attribute{Type: kind, Data: zeroTerminated(name.name)}
	}
	t.readChain = func(chain string) ([]rule, error) {
		messages, err := ask(unix.NFT_MSG_GETRULE, name.family, inTable(unix.NFTA_RULE_TABLE),
			netlink.Attribute{Type: unix.NFTA_RULE_CHAIN, Data: zeroTerminated(chain)})
		if err != nil {
			return nil, fmt.Errorf("reading chain %s %s %s: %w", t.family, t.name, chain, err)
		}
		rules := make([]rule, 0, len(messages))
		for _, message := range messages {
			// A kernel that does not know the attribute answers with the rules of all chains.
			if r, in := decodeRule(message[4:]); in == chain {
				r.number = len(rules) + 1
				rules = append(rules, r)
			}
		}
		return rules, nil
	}
	t.readSet = func(set string) (*set, error) {
		return readSet(ask, name, inTable, set)
	}
	return t
}

func readSet(ask ask, in tableName, inTable func(uint16) netlink.Attribute, name string) (*set, error) {
	named := netlink.Attribute{Type: unix.NFTA_SET_NAME, Data: zeroTerminated(name)} // also NFTA_SET_ELEM_LIST_SET
	descriptions, err := ask(unix.NFT_MSG_GETSET, in.family, inTable(unix.NFTA_SET_TABLE), named)
	if err == nil && len(descriptions) == 0 {
		err = errChanged
	}
	if err != nil {
		return nil, fmt.Errorf("reading set %s of table %s: %w", name, in.name, err)
	}
	_, s, intervals := decodeSet(descriptions[0][4:])
	messages, err := ask(unix.NFT_MSG_GETSETELEM, in.family, inTable(unix.NFTA_SET_ELEM_LIST_TABLE), named)
	if err != nil {
		return nil, fmt.Errorf("reading the elements of set %s of table %s: %w", name, in.name, err)
	}
	var list []bound
	for _, message := range messages {
		list = slices.Concat(list, decodeElements(message[4:]))
	}
	s.join(list, intervals)
	return &s, nil
}

func zeroTerminated(s string) []byte { return append([]byte(s), 0) }
