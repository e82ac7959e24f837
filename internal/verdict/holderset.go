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
	case h.use.Process != nil:
		k.pid, k.state = h.use.Process.PID, h.use.State
	case h.Kind == Unit:
		k.id = h.use.Unit
	case h.Kind == Rule:
		k.id = h.use.Source + " " + h.use.Rule.Name()
	default:
		k.state = h.use.State
		k.id = h.use.Binding.Addr.String()
	}
	return k
}

func ruleName(h Holder) string {
	if h.use.Rule == nil {
		return ""
	}
	return h.use.Rule.Name()
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
	if hasSocket := h.use.Socket != nil; hasSocket != (o.use.Socket != nil) {
		return hasSocket
	}
	if h.use.FreeIn != o.use.FreeIn {
		return h.use.FreeIn > o.use.FreeIn
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
		if h.use.Process == nil {
			return 0
		}
		return h.use.Process.PID
	}
	return cmp.Or(
		cmp.Compare(h.Port, o.Port),
		cmp.Compare(rank(h), rank(o)),
		cmp.Compare(h.use.State, o.use.State),
		cmp.Compare(h.Kind, o.Kind),
		cmp.Compare(pid(h), pid(o)),
		cmp.Compare(h.use.Unit, o.use.Unit),
		cmp.Compare(ruleName(h), ruleName(o)),
		cmp.Compare(h.Container.ID, o.Container.ID),
		h.use.Binding.Addr.Compare(o.use.Binding.Addr),
		cmp.Compare(h.use.Binding.Device, o.use.Binding.Device),
		h.use.Remote.Compare(o.use.Remote),
	)
}
