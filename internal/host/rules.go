package host

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/holder"
	"github.com/safeport/safeport/internal/host/netfilter"
	"github.com/safeport/safeport/internal/host/systemd"
	"github.com/safeport/safeport/internal/port"
)

// Names of the sources of rules.
var ruleSources = []string{"devices", "nftables", "iptables-legacy", "ipvs", "sk_lookup", "xdp", "tc"}

// readRules reads where packets enter the kernel's rules. A kernel that has no rules of a kind hides none.
func (s *Survey) readRules() {
	s.rules = netfilter.Read(procRoot)
	start := time.Now()
	s.rules.Enter()
	entering := time.Since(start)
	for _, r := range s.rules.Sources {
		switch {
		case r.Err != nil:
			s.note(Source{Name: r.Name, Status: Failed, Err: r.Err, Took: r.Took})
		case !r.Skipped:
			if r.Name == "nftables" {
				r.Took += entering
			}
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

// Redirected are the rules that send packets for a want elsewhere.
func (s *Survey) Redirected(w port.Requirement) []facts.PortUse {
	if s.rules == nil {
		return nil
	}
	return s.rules.Redirected(s.asBound(w))
}

// blocked are the rules that keep clients from outside from a want, and how many addresses they would reach it at without.
func (s *Survey) blocked(w port.Requirement) ([]facts.Block, int) {
	if s.rules == nil {
		return nil, 0
	}
	w = s.asBound(w)
	name, proxy := "", true
	if e := s.Publisher(); e != nil {
		proxy = !e.IPv4Only
		if name = e.Name; e.Rootless || e.Desktop {
			w.Mode = port.Bind // a process of the user's takes the packets
		}
	}
	blocks, outside := s.rules.Blocked(w, name, proxy)
	if s.RulesUnseen() != nil {
		outside = 0
	}
	return blocks, outside
}

// ChainsGone says whether the engine publishes ports by rules in chains of its own, and those are not there: somebody has
// flushed them. It makes no container that publishes a port then ("No chain/target/match by that name"; seen in 20.10).
func (s *Survey) ChainsGone() bool {
	e := s.Publisher()
	return e != nil && e.NeedsChains && !s.Apart(*e) && s.rules != nil && s.RulesUnseen() == nil && !s.rules.DockersChain()
}

// EngineUnit is the systemd unit that runs the engine that would publish ports; empty where none does, or none is seen to.
func (s *Survey) EngineUnit() string {
	e := s.Publisher()
	if e == nil || e.PID == 0 || !systemd.System("/").Runs() {
		return ""
	}
	group := holder.GroupOf(procRoot, e.PID)
	if group.UserUnit || group.Machine.Kind != facts.NoMachine || group.ContainerID != "" || !strings.HasSuffix(group.Unit, ".service") {
		return ""
	}
	return group.Unit
}

// Reached says whether no rule takes all packets of some client to a want. It is made for asking about thousands.
func (s *Survey) Reached(w port.Requirement) bool {
	way := sameWay{w.Protocol, w.Addr, w.Mode}
	taken, known := s.taken[way]
	if !known {
		all := w
		all.Ports = port.Range{First: 1, Last: 65535}
		taken = s.Redirected(all)
		if s.taken == nil {
			s.taken = map[sameWay][]facts.PortUse{}
		}
		s.taken[way] = taken
	}
	return !slices.ContainsFunc(taken, func(c facts.PortUse) bool { return !c.Rule.Some && c.Ports.Overlaps(w.Ports) })
}

// divert adds to what the kernel said to each want the rules that take its packets.
func (s *Survey) divert(wants []port.Requirement) {
	start := time.Now()
	for i, w := range wants {
		if w.Unbound != 0 || !w.Protocol.Tried() {
			continue
		}
		if s.rules != nil && port.NeedsZone(w.Addr) {
			s.Probes[i].Links = s.rules.DevicesOf(w.Addr)
		}
		s.Probes[i].IPv6Refused = s.rules != nil && s.asBound(w).Addr != w.Addr && s.rules.IPv6FromOutside(w)
		s.Probes[i].Redirected = s.Redirected(w)
		s.Probes[i].Blocked, s.Probes[i].Outside = s.blocked(w)
		if b, lost := s.uncarried(w); lost {
			s.Probes[i].Blocked, s.Probes[i].Outside = append(s.Probes[i].Blocked, b), max(s.Probes[i].Outside, 1)
		}
	}
	if i := slices.IndexFunc(s.Sources, func(source Source) bool { return source.Name == "nftables" }); i >= 0 {
		source := &s.Sources[i]
		source.Took += time.Since(start)
		if err := s.rules.Failed(); err != nil && source.Err == nil {
			source.Status, source.Err = Partial, err
		}
	}
	s.findPrograms(wants)
}

// findPrograms adds to each want what may drop its packets at the devices by which they come.
func (s *Survey) findPrograms(wants []port.Requirement) {
	if s.rules == nil {
		return
	}
	start := time.Now()
	unread := map[string][]string{} // by source
	var failed error
	for i, w := range wants {
		if w.Unbound != 0 || !w.Protocol.Tried() {
			continue
		}
		programs, err := s.rules.Programs(w)
		s.Probes[i].Programs, failed = programs, cmp.Or(failed, err)
		for _, p := range programs {
			source := "tc"
			if p.Kind == "XDP" {
				source = "xdp"
			}
			if name := p.String(); !slices.Contains(unread[source], name) {
				unread[source] = append(unread[source], name)
			}
		}
	}
	took := time.Since(start)
	for _, name := range []string{"xdp", "tc"} {
		source := Source{Name: name, Took: took}
		if name == "tc" && failed != nil {
			source.Status, source.Err = Failed, failed
		}
		if list := unread[name]; len(list) > 0 {
			source.Status, source.Blind = Partial, "what becomes of packets in "+strings.Join(list, ", ")
		}
		if source.Status != OK {
			s.note(source)
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
