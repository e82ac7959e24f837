package host

import (
	"cmp"
	"slices"
	"time"

	"safeport/internal/claim"
	"safeport/internal/host/nat"
	"safeport/internal/port"
)

// Names of the sources of rules.
var ruleSources = []string{"devices", "nftables", "iptables-legacy", "ipvs", "sk_lookup"}

// readRules reads where packets enter the kernel's rules. A kernel that has no rules of a kind hides none.
func (s *Survey) readRules() {
	s.rules = nat.Read(procRoot)
	for _, r := range s.rules.Sources {
		switch {
		case r.Err != nil:
			s.note(Source{Name: r.Name, Status: Failed, Err: r.Err, Took: r.Took})
		case !r.Skipped:
			s.note(Source{Name: r.Name, Took: r.Took})
		}
	}
}

// Close lets go of the connection to the kernel's rules.
func (s *Survey) Close() {
	if s.rules != nil {
		s.rules.Close()
	}
}

// Diverted are the rules that send packets for a want elsewhere.
func (s *Survey) Diverted(w port.Want) []claim.Claim {
	if s.rules == nil {
		return nil
	}
	return s.rules.Diverted(w)
}

// Reached says whether no rule takes all packets of some client to a want.
func (s *Survey) Reached(w port.Want) bool {
	return !slices.ContainsFunc(s.Diverted(w), func(c claim.Claim) bool { return !c.Rule.Some })
}

// divert adds to what the kernel said to each want the rules that take its packets.
func (s *Survey) divert(wants []port.Want) {
	start := time.Now()
	for i, w := range wants {
		s.Probes[i].Diverted = s.Diverted(w)
	}
	if i := slices.IndexFunc(s.Sources, func(source Source) bool { return source.Name == "nftables" }); i >= 0 {
		source := &s.Sources[i]
		source.Took += time.Since(start)
		if err := s.rules.Failed(); err != nil && source.Err == nil {
			source.Status, source.Err = Partial, err
		}
	}
}

// RulesUnseen is why not every rule could be read; nil when all were.
func (s *Survey) RulesUnseen() (err error) {
	for _, source := range s.Sources {
		if slices.Contains(ruleSources, source.Name) {
			err = cmp.Or(err, source.Err)
		}
	}
	return err
}
