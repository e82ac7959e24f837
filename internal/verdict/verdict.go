// Package verdict decides: wants on one side, what the host said on the other, findings out. It is a pure function of its
// input and does no I/O, so that every rule in it can be tested as a row of a table.
//
// Whether a port can be had is the probe's word: the kernel was asked as the binder would ask it. Port uses only say who is
// in the way. Where the probe could not answer (an unprivileged run, a privileged port that a root engine would bind),
// complete tables decide; where neither can, the verdict is Unknown.
package verdict

import (
	"maps"
	"syscall"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// Answer is the verdict on one want.
type Answer uint8

// The answers, from the best to the worst: the answer for a want is the worst of its sockets'.
const (
	Free Answer = iota
	Own
	Unknown
	Unavailable
	Denied
	Redirected
	Busy
)

// Facts is what the host said.
type Facts struct {
	Kernel       facts.Kernel
	Probes       []facts.Probe // one a want; none when the host was not asked
	Uses         []facts.PortUse
	Containers   []facts.Container
	EphemeralUse map[port.Protocol]facts.EphemeralUse // how full the range of outgoing connections is; none where it was not counted
	Tables       Tables
	Engine       Engine
	Labels       *facts.PortLabels // nil unless SELinux enforces its policy
	Hooks        []facts.Hook      // programs that may forbid the one who asks to bind; not looked for unless he was
	Binder       *facts.Binder     // who binds the ports that are no service's; nil: the one who asks
	// Programs are those of containers that are to listen on a want that not every program may bind, by its name.
	Programs map[string]*facts.Binder
	// Owns says whether a port use belongs to the very instance that wants the port; nil without an instance.
	Owns func(port.Requirement, facts.PortUse) bool

	publishing []facts.PortUse // of Uses; nil: to be looked for among them
}

// indexed are the facts with those uses put aside that are looked for again for each of thousands of sockets.
func (f Facts) indexed() Facts {
	f.publishing = []facts.PortUse{}
	for i := range f.Uses {
		if f.Uses[i].State == facts.Published {
			f.publishing = append(f.publishing, f.Uses[i])
		}
	}
	return f
}

// Tables says how far the socket tables could be read.
type Tables struct {
	Failed bool // not at all
	Partly bool // from /proc/net, which does not show bound sockets
}

// Engine is what matters of the engine that would publish the ports.
type Engine struct {
	Remote   bool // its ports are another host's
	Rootless bool // it binds with a user's rights
	// Privileged: it may bind privileged ports, although it is a user's.
	Privileged bool
	// OneAddress: it publishes a port on one address of a family alone, as Docker does under rootlesskit, behind which all
	// addresses are 127.0.0.1 (seen in 20.10).
	OneAddress bool
	IPv4Only   bool // a port published without an address is bound on IPv4 alone
	FirstAlone bool // of a range of which one port does, it tries the first alone that no container has
	ChainsGone bool // its chains of rules are gone, and without them it publishes nothing
}

// Result is the verdict on one want, and who was in the way.
type Result struct {
	Required port.Requirement
	Answer   Answer
	Holders  []Holder
	// Refusal is the errno behind Denied, Unavailable and Unknown; 0 otherwise.
	Refusal syscall.Errno
	// Refused says why the engine makes no container for the want, whoever has its port; 0 where it does.
	Refused port.Unbound
}

// RefusedAlone says whether nothing is in the way but the engine, which makes no container.
func (r Result) RefusedAlone() bool { return r.Refused != 0 && r.Answer == Denied && r.Refusal == 0 }

// Judge answers each of the wants.
func Judge(wants []port.Requirement, f Facts) []Result {
	f = f.indexed()
	results := make([]Result, len(wants))
	for i, w := range wants {
		results[i] = f.judge(i, w)
	}
	return results
}

func (f Facts) judge(i int, w port.Requirement) Result {
	r := Result{Required: w}
	switch {
	case w.Ports.Len() == 0:
		return r // the engine picks a port itself
	case w.Unbound.Refused():
		r.Answer, r.Refused = Denied, w.Unbound
		return r
	case w.Unbound != 0:
		return r
	case w.Mode == port.Publish && f.Engine.Remote, i >= len(f.Probes):
		r.Answer = Unknown
		return r
	case !w.Protocol.Tried():
		return f.untried(w)
	}
	var holders holderSet
	worst, allocated := map[uint16]Answer{}, map[uint16]bool{}
	note := func(n uint16, a Answer) { worst[n] = max(worst[n], a) }

	for _, refusal := range f.relevant(w, f.Probes[i].Refusals) {
		found := f.holders(w, refusal)
		answer := f.weigh(w, refusal, found)
		if answer == Denied || answer == Unavailable || answer == Unknown {
			r.Refusal = refusal.Errno
		}
		if answer != Free {
			holders.add(found...)
		}
		note(refusal.Port, answer)
	}
	for n := int(w.Ports.First); n <= int(w.Ports.Last) && f.engineDenied(w, n); n++ {
		if worst[uint16(n)] != Own {
			r.Refusal = syscall.EACCES
			note(uint16(n), Denied)
		}
	}
	for n, errno := range f.forbidden(w) {
		note(n, Denied)
		if worst[n] == Denied {
			r.Refusal = errno
		}
	}
	for _, h := range f.published(w) {
		holders.add(h)
		for n := int(w.Ports.First); n <= int(w.Ports.Last); n++ {
			if h.use.Ports.Contains(uint16(n)) {
				allocated[uint16(n)] = allocated[uint16(n)] || !h.Own
				note(uint16(n), f.weighPublished(w, h))
			}
		}
	}
	// What has the port itself comes first: its rules are only the way to it.
	held := maps.Clone(worst)
	for _, h := range f.redirected(i, w) {
		for n := int(h.use.Ports.First); n <= int(h.use.Ports.Last); n++ {
			if held[uint16(n)] < Busy {
				note(uint16(n), f.weighRedirected(w, h))
				holders.add(h)
			}
		}
	}
	for _, at := range f.Probes[i].Answered {
		if worst[at.Port()] != Own {
			note(at.Port(), Redirected)
		}
	}
	r.Answer = f.combine(w, worst, allocated)
	r.Holders = holders.sorted()
	if w.Mode == port.Publish && f.Engine.ChainsGone && !w.Addr.Is6() {
		r.Refused = port.ChainsGone
		if r.Answer == Free || r.Answer == Own {
			r.Answer = Denied
		}
	}
	return r
}

// untried answers for a protocol that is not tried: what another container publishes is known all the same.
func (f Facts) untried(w port.Requirement) Result {
	r := Result{Required: w, Answer: Unknown}
	if r.Holders = f.published(w); len(r.Holders) > 0 {
		r.Answer = f.ownOrBusy(r.Holders)
	}
	return r
}

// Duplicates are the pairs of wants that cannot both be had, by their places in the list.
func Duplicates(wants []port.Requirement) [][2]int {
	var pairs [][2]int
	for i, w := range wants {
		for j := range wants[:i] {
			if wants[j].Overlaps(w) {
				pairs = append(pairs, [2]int{j, i})
			}
		}
	}
	return pairs
}
