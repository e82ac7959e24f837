package netfilter

// set is a set or a map of nf_tables. Its elements are ranges of keys: those of a plain set have one key each.
type set struct {
	fields   []int // lengths of a concatenated key's fields, as written; nil: the key is one field
	elements []element
	partial  bool // it could not be read to the end
}

type element struct {
	low, high []byte // both included; nil: every key that no other element has
	value     []byte // of a map
	verdict   verdict
}

// match says for which of the ports the cells are in the element.
func (s *set) match(e *element, cells []cell, live ports) answer {
	if len(s.fields) == 0 {
		return within(cells, e.low, e.high, live)
	}
	a := answer{live: live}
	at := 0
	for _, size := range s.fields {
		if at+size > len(cells) || at+size > len(e.low) || at+size > len(e.high) {
			return answer{live, true}
		}
		field := within(cells[at:at+size], e.low[at:at+size], e.high[at:at+size], a.live)
		a.live, a.unsure = field.live, a.unsure || field.unsure
		if len(a.live) == 0 {
			return answer{}
		}
		at += (size + 3) &^ 3 // every field starts a register
	}
	return a
}

// lookup is a condition on a set, or takes a value or a verdict from a map.
type lookup struct {
	set      string
	from, at int // at: -1 where no value is taken, [verdictRegister] where it is a verdict
	negated  bool
}

const verdictRegister = -2

func (s lookup) run(m *vm) {
	in, err := m.table.set(s.set)
	if err != nil {
		m.unsure = true
		m.regs.forget(s.at, 16)
		return
	}
	size := 0
	for _, e := range in.elements {
		size = max(size, len(e.low))
	}
	cells := m.regs.slice(s.from, size)
	found := answer{unsure: in.partial}
	var hit *element
	hits := 0
	rest := m.live
	visit := func(e *element, a answer) {
		if len(a.live) == 0 {
			return
		}
		found.live, found.unsure = found.live.or(a.live), found.unsure || a.unsure
		hit = e
		hits++
		if !a.unsure {
			rest = rest.without(a.live)
		}
		if s.at == verdictRegister {
			m.branches = append(m.branches, branch{a.live, m.unsure || a.unsure, e.verdict, diversion{}})
		}
	}
	if m.random.modulus > 0 && m.random.at == s.from && len(in.elements) == m.random.modulus {
		// Whatever the number is, there is an element for it. The first stands for all.
		visit(&in.elements[0], answer{live: m.live})
		rest = nil
	}
	var others *element
	for i := range in.elements {
		if e := &in.elements[i]; e.low == nil {
			others = e
		} else if len(rest) > 0 {
			visit(e, in.match(e, cells, rest))
		}
	}
	if others != nil {
		visit(others, answer{rest, found.unsure})
	}
	switch {
	case s.at == verdictRegister:
		m.live = nil
		return
	case s.at >= 0 && hits == 1 && !found.unsure:
		m.regs.load(s.at, known(hit.value))
	case s.at >= 0:
		m.regs.forget(s.at, max(16, valueSize(in)))
	}
	if s.negated {
		found = found.not(m.live)
	}
	m.require(found)
}

func valueSize(s *set) int {
	if len(s.elements) == 0 {
		return 0
	}
	return len(s.elements[0].value)
}
