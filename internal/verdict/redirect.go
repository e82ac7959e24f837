package verdict

import (
	"slices"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// redirected are the rules that take all packets of some client or other to a wanted port, as holders.
func (f Facts) redirected(i int, w port.Requirement) []Holder {
	var found []Holder
	if i >= len(f.Probes) {
		return nil
	}
	for _, c := range f.Probes[i].Redirected {
		if !c.Rule.Some {
			found = append(found, f.behind(w, c))
		}
	}
	return found
}

// behind is who a rule works for: the container that it sends packets to, or else the rule itself.
func (f Facts) behind(w port.Requirement, c facts.PortUse) Holder {
	h := Holder{Kind: Rule, Port: c.Ports.First, use: c}
	for _, known := range f.Containers {
		if c.Rule.To.IsValid() && !known.Foreign && slices.Contains(known.Addresses, c.Rule.To) {
			h.Kind, h.Container, h.use.Owner = Container, known, known
			h.Own = f.owns(w, h.use)
		}
	}
	return h
}

// weighRedirected answers for a port whose packets a rule takes.
func (f Facts) weighRedirected(w port.Requirement, h Holder) Answer {
	if h.Kind == Container {
		return f.weighPublished(w, h)
	}
	return Redirected
}

// partly are the rules that take packets of some clients only, or under conditions that cannot be foreseen.
func (f Facts) partly(i int, w port.Requirement) []facts.PortUse {
	if i >= len(f.Probes) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(f.Probes[i].Redirected), func(c facts.PortUse) bool {
		return !c.Rule.Some || f.behind(w, c).Kind == Container
	})
}
