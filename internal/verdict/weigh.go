package verdict

import (
	"syscall"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// engineDenied says whether the port is one that only a privileged engine may bind, and the one that would is a user's. The
// probe does not tell where it is root that asks.
func (f Facts) engineDenied(w port.Requirement, n int) bool {
	return w.Mode == port.Publish && f.Engine.Rootless && !f.Engine.Privileged && n < f.Kernel.UnprivilegedStart
}

// relevant drops what the engine does not bind: IPv6, where it publishes on IPv4 alone.
func (f Facts) relevant(w port.Requirement, refusals []facts.Refusal) []facts.Refusal {
	if !f.onIPv4Alone(w) {
		return refusals
	}
	var kept []facts.Refusal
	for _, r := range refusals {
		if r.Binding.Addr.Is4() {
			kept = append(kept, r)
		}
	}
	return kept
}

// weigh turns one refusal into an answer.
func (f Facts) weigh(w port.Requirement, r facts.Refusal, found []Holder) Answer {
	switch r.Errno {
	case syscall.EADDRINUSE:
		return f.ownOrBusy(found)
	case syscall.EADDRNOTAVAIL:
		return Unavailable
	case syscall.EINVAL:
		if port.NeedsZone(r.Binding.Addr) {
			return Unavailable
		}
	case syscall.EACCES:
		if f.mayBind(w, r.Port) {
			return f.byTables(w, found)
		}
		if len(found) > 0 && f.ownOrBusy(found) == Busy {
			return Busy // the right to bind would not help: somebody has it
		}
		return Denied
	case syscall.EPERM: // a program on the cgroup of the one who asks, as systemd's SocketBindDeny=
		if w.Mode == port.Publish || w.Container != nil || f.binder(w) != nil && len(f.binder(w).Units) > 0 {
			return f.byTables(w, found) // who binds is in another one
		}
		return Denied
	}
	return Unknown
}

// byTables answers for a port that this user may not bind and a root engine may: from the socket tables, if they show
// everything that could be in the way.
func (f Facts) byTables(w port.Requirement, found []Holder) Answer {
	if len(found) > 0 {
		return f.ownOrBusy(found)
	}
	complete := !f.Tables.Failed && !f.Tables.Partly && (f.Kernel.SeesBound || w.Protocol == port.UDP)
	if !complete {
		return Unknown
	}
	return Free
}

// ownOrBusy is Own when every holder is the instance itself, and Busy otherwise, above all when none was found.
func (f Facts) ownOrBusy(found []Holder) Answer {
	for _, h := range found {
		if !h.Own {
			return Busy
		}
	}
	if len(found) == 0 {
		return Busy
	}
	return Own
}

// weighPublished answers for a port that a running container publishes, whether or not a socket stands for it.
func (f Facts) weighPublished(w port.Requirement, h Holder) Answer {
	switch {
	case h.Own:
		return Own
	case w.Mode == port.Publish:
		return Busy // the engine's own allocator refuses it
	}
	return Redirected // it can be bound, and the engine's rules take the packets away
}

// combine is the worst answer of any port, or, where any n ports of the range do, Free as long as n can be had. Some engines take
// the first that none of their containers has, and none after it where somebody else has that one.
func (f Facts) combine(w port.Requirement, worst map[uint16]Answer, allocated map[uint16]bool) Answer {
	all, good := Free, w.Ports.Len()-len(worst)
	for _, a := range worst {
		all = max(all, a)
		if a <= Own {
			good++
		}
	}
	if w.AnyOf > 0 && good >= w.AnyOf {
		tried := 0
		for n := int(w.Ports.First); f.Engine.FirstAlone && w.Mode == port.Publish && n <= int(w.Ports.Last) && tried < w.AnyOf; n++ {
			if allocated[uint16(n)] {
				continue
			}
			if worst[uint16(n)] > Own {
				return all
			}
			tried++
		}
		return Free
	}
	return all
}
