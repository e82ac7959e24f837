package host

import (
	"context"
	"errors"
	"slices"
	"syscall"
	"time"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/probe"
	"github.com/safeport/safeport/internal/host/sockets"
	"github.com/safeport/safeport/internal/port"
)

// Probe asks for the wants themselves: the kernel whether they can be had, the socket tables who is in the way, and the
// processes behind those sockets. The result stands in the survey.
func (s *Survey) Probe(ctx context.Context, wants []port.Requirement) {
	table := sockets.Open(procRoot)
	defer table.Close()
	start := time.Now()
	err := s.probe(table, wants)
	// A refusal may be the work of a socket that came and went, such as another safeport's probe: it is believed when a
	// table shows a socket that stays.
	for range 3 {
		if err != nil || !refusedInUse(s.Probes) || s.settled(table, wants) {
			break
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(10 * time.Millisecond):
			err = s.probe(table, wants)
		}
	}
	s.countEphemeral(table, wants)
	s.noteTable(table, err, time.Since(start)-s.probing)
	s.note(Source{Name: "probe", Took: s.probing})
	s.readHooks()
	s.readLabels(wants)
	s.divert(wants)
	s.keepMeeting(wants)
	s.fill(ctx)
}

// probe asks once: listeners, the kernel, and for what is still a puzzle all other sockets.
func (s *Survey) probe(table *sockets.Table, wants []port.Requirement) (err error) {
	if s.Sockets, err = listeners(table, wants); err != nil {
		s.Sockets = nil
	}
	start := time.Now()
	s.Probes = probe.Ask(wants)
	s.probing += time.Since(start)
	if puzzles := unexplained(wants, s.Probes, s.Sockets); len(puzzles) > 0 && err == nil {
		var others []facts.PortUse
		others, err = table.Others(puzzles)
		s.Sockets = append(s.Sockets, others...)
	}
	return err
}

// countEphemeral counts how full the range of outgoing connections is, where wanted ports lie in it. What can't be counted is left
// out: it is no more than an estimate's ground.
func (s *Survey) countEphemeral(table *sockets.Table, wants []port.Requirement) {
	for _, w := range wants {
		if _, counted := s.Crowds[w.Protocol]; counted || w.Unbound != 0 || !w.Protocol.Tried() || len(s.Kernel.Ephemerals(w.Ports)) == 0 {
			continue
		}
		if taken, err := table.Taken(w.Protocol, s.Kernel.Ephemeral); err == nil {
			if s.Crowds == nil {
				s.Crowds = map[port.Protocol]facts.EphemeralUse{}
			}
			s.Crowds[w.Protocol] = s.Kernel.EphemeralUse(taken)
		}
	}
}

// settled says whether every refusal is explained by a socket, and the listeners among them are still there.
func (s *Survey) settled(table *sockets.Table, wants []port.Requirement) bool {
	if len(unexplained(wants, s.Probes, s.Sockets)) > 0 {
		return false
	}
	now, err := listeners(table, wants)
	return err == nil && !slices.ContainsFunc(s.Sockets, func(c facts.PortUse) bool {
		return c.State == facts.Listening && !slices.ContainsFunc(now, func(o facts.PortUse) bool {
			return o.Socket.Inode == c.Socket.Inode
		})
	})
}

// Who lists everything that has one of the ports, in whatever state, with the processes behind it.
func (s *Survey) Who(ctx context.Context, wants []port.Requirement) {
	table := sockets.Open(procRoot)
	defer table.Close()
	start := time.Now()
	found, err := listeners(table, wants)
	if err == nil {
		var others []facts.PortUse
		others, err = table.Others(ranges(wants, port.TCP))
		found = append(found, others...)
	}
	s.Sockets = found
	s.noteTable(table, err, time.Since(start))
	s.Probes = make([]facts.Probe, len(wants))
	s.divert(wants)
	s.keepMeeting(wants)
	s.fill(ctx)
}

// keepMeeting drops the sockets that are on a wanted port and in nobody's way, so that their owners are not looked for.
func (s *Survey) keepMeeting(wants []port.Requirement) {
	s.Sockets = slices.DeleteFunc(s.Sockets, func(c facts.PortUse) bool {
		return !slices.ContainsFunc(wants, func(w port.Requirement) bool {
			if w.Mode == port.Bind && w.Addr.IsValid() && w.Addr.IsUnspecified() && c.Meets(w.Protocol, port.AnyDual, w.Ports) {
				return true // the other family is told too
			}
			return meets(c, w)
		})
	})
}

func meets(c facts.PortUse, w port.Requirement) bool {
	return slices.ContainsFunc(w.Bindings(), func(b port.Binding) bool { return c.Meets(w.Protocol, b, w.Ports) })
}

func listeners(table *sockets.Table, wants []port.Requirement) ([]facts.PortUse, error) {
	tcp, err := table.Holders(port.TCP, ranges(wants, port.TCP))
	udp, udpErr := table.Holders(port.UDP, ranges(wants, port.UDP))
	return append(tcp, udp...), errors.Join(err, udpErr)
}

func ranges(wants []port.Requirement, p port.Protocol) []port.Range {
	var r []port.Range
	for _, w := range wants {
		if w.Protocol == p && w.Ports.Len() > 0 {
			r = append(r, w.Ports)
		}
	}
	return r
}

// unexplained are the TCP ports that were refused, as in use or as not allowed, and that no listed socket is on. Those that
// are shared may have been given all the same.
func unexplained(wants []port.Requirement, probes []facts.Probe, listed []facts.PortUse) []port.Range {
	var puzzles []port.Range
	for i, w := range wants {
		if w.Shared && w.Protocol == port.TCP {
			puzzles = append(puzzles, w.Ports)
		}
		for _, r := range probes[i].Refusals {
			if r.Errno != syscall.EADDRINUSE && r.Errno != syscall.EACCES {
				continue
			}
			explained := slices.ContainsFunc(listed, func(c facts.PortUse) bool {
				return c.Meets(w.Protocol, r.Binding, port.Single(r.Port))
			})
			if single := port.Single(r.Port); !explained && !slices.Contains(puzzles, single) {
				puzzles = append(puzzles, single)
			}
		}
	}
	return puzzles
}

func refusedInUse(probes []facts.Probe) bool {
	return slices.ContainsFunc(probes, func(p facts.Probe) bool {
		return slices.ContainsFunc(p.Refusals, func(r facts.Refusal) bool { return r.Errno == syscall.EADDRINUSE })
	})
}
