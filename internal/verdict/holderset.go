package verdict

import (
	"cmp"
	"slices"

	"github.com/safeport/safeport/internal/facts"
)

// holderSet keeps one holder a thing and port, however many sockets it has. What it holds does not depend on the order in
// which the kernel and the engines tell of them.
type holderSet struct {
	list  []Holder
	place map[holderKey]int
}

type holderKey struct {
	kind  Kind
	port  uint16
	id    string
	pid   int
	state facts.State
}

func (h Holder) key() holderKey {
	k := holderKey{kind: h.Kind, port: h.Port, id: h.Container.ID}
	switch {
	case h.Kind == Container:
	case h.claim.Process != nil:
		k.pid, k.state = h.claim.Process.PID, h.claim.State
	case h.Kind == Unit:
		k.id = h.claim.Unit
	case h.Kind == Rule:
		k.id = h.claim.Source + " " + h.claim.Rule.Name()
	default:
		k.state = h.claim.State
		k.id = h.claim.Binding.Addr.String()
	}
	return k
}

func ruleName(h Holder) string {
	if h.claim.Rule == nil {
		return ""
	}
	return h.claim.Rule.Name()
}

func (s *holderSet) add(holders ...Holder) {
	for _, h := range holders {
		key := h.key()
		i, known := s.place[key]
		switch {
		case !known:
			if s.place == nil {
				s.place = map[holderKey]int{}
			}
			s.place[key] = len(s.list)
			s.list = append(s.list, h)
		case h.tellsMoreThan(s.list[i]):
			s.list[i] = h
		}
	}
}

// tellsMoreThan compares two sockets of one holder: a socket says more than an engine's word, and of many TIME_WAITs the
// last one counts.
func (h Holder) tellsMoreThan(o Holder) bool {
	if hasSocket := h.claim.Socket != nil; hasSocket != (o.claim.Socket != nil) {
		return hasSocket
	}
	if h.claim.FreeIn != o.claim.FreeIn {
		return h.claim.FreeIn > o.claim.FreeIn
	}
	return h.compare(o) < 0
}

// sorted lists the holders port by port, first those who have to be asked to give it up.
func (s *holderSet) sorted() []Holder {
	slices.SortFunc(s.list, Holder.compare)
	return s.list
}

func (h Holder) compare(o Holder) int {
	rank := func(h Holder) int {
		if h.Own {
			return 1
		}
		return 0
	}
	pid := func(h Holder) int {
		if h.claim.Process == nil {
			return 0
		}
		return h.claim.Process.PID
	}
	return cmp.Or(
		cmp.Compare(h.Port, o.Port),
		cmp.Compare(rank(h), rank(o)),
		cmp.Compare(h.claim.State, o.claim.State),
		cmp.Compare(h.Kind, o.Kind),
		cmp.Compare(pid(h), pid(o)),
		cmp.Compare(h.claim.Unit, o.claim.Unit),
		cmp.Compare(ruleName(h), ruleName(o)),
		cmp.Compare(h.Container.ID, o.Container.ID),
		h.claim.Binding.Addr.Compare(o.claim.Binding.Addr),
		cmp.Compare(h.claim.Binding.Device, o.claim.Binding.Device),
		h.claim.Remote.Compare(o.claim.Remote),
	)
}
