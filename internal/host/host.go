// Package host surveys this host: it runs the sources of facts side by side and collects what they claim. It knows nothing
// of services; which ports matter is told to it as wants.
package host

import (
	"context"
	"errors"
	"slices"
	"sync"
	"syscall"
	"time"

	"safeport/internal/claim"
	"safeport/internal/host/engine"
	"safeport/internal/host/holder"
	"safeport/internal/host/kernel"
	"safeport/internal/host/probe"
	"safeport/internal/host/sockets"
	"safeport/internal/port"
)

const procRoot = "/proc"

// Survey is what the host said.
type Survey struct {
	Kernel  claim.Kernel
	Engines []engine.Answer // the first is the one that would publish the ports
	Sockets []claim.Claim
	Probes  []claim.Probe
	Sources []Source

	probing time.Duration

	blind  string // what the socket table in use cannot show
	failed bool   // no socket table could be read
}

// Status says how far a source could be read.
type Status uint8

const (
	OK Status = iota
	Partial
	Failed
	Skipped
)

// Source is one place that facts came from.
type Source struct {
	Name   string // kernel, probe, sock_diag, proc_net, processes, docker, podman, engine
	Status Status
	Blind  string // what it could not show
	Err    error  // why
	Took   time.Duration
}

// Ask asks the kernel for its settings and the engines for their containers, at the same time.
func Ask(ctx context.Context, endpoints []engine.Endpoint, interesting func(claim.Container) bool) *Survey {
	s := &Survey{Engines: make([]engine.Answer, len(endpoints))}
	took := make([]time.Duration, len(endpoints))
	var asking sync.WaitGroup
	for i, e := range endpoints {
		asking.Go(func() {
			start := time.Now()
			s.Engines[i] = engine.Ask(ctx, e, interesting)
			took[i] = time.Since(start)
		})
	}
	start := time.Now()
	facts, err := kernel.Read(procRoot)
	s.Kernel = facts
	s.note(Source{Name: "kernel", Err: err, Took: time.Since(start)})
	asking.Wait()
	for i, a := range s.Engines {
		s.note(engineSource(a, took[i]))
	}
	return s
}

func engineSource(a engine.Answer, took time.Duration) Source {
	source := Source{Name: a.Name, Err: a.Err, Took: took}
	if source.Name == "" {
		source.Name = "engine"
	}
	switch a.State {
	case engine.Absent, engine.Asleep, engine.Remote:
		source.Status = Skipped
	case engine.Refused, engine.Failed:
		source.Status = Failed
	case engine.Answering:
		if a.Partial != nil {
			source.Status, source.Err = Partial, a.Partial
		}
	}
	return source
}

func (s *Survey) note(source Source) {
	if source.Err != nil && source.Status == OK {
		source.Status = Partial
	}
	s.Sources = append(s.Sources, source)
}

// Probe asks for the wants themselves: the kernel whether they can be had, the socket tables who is in the way, and the
// processes behind those sockets. The result stands in the survey.
func (s *Survey) Probe(ctx context.Context, wants []port.Want) {
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
	s.noteTable(table, err, time.Since(start)-s.probing)
	s.note(Source{Name: "probe", Took: s.probing})
	s.keepMeeting(wants)
	s.fill()
}

// probe asks once: listeners, the kernel, and for what is still a puzzle all other sockets.
func (s *Survey) probe(table *sockets.Table, wants []port.Want) (err error) {
	if s.Sockets, err = listeners(table, wants); err != nil {
		s.Sockets = nil
	}
	start := time.Now()
	s.Probes = probe.Ask(wants)
	s.probing += time.Since(start)
	if puzzles := unexplained(wants, s.Probes, s.Sockets); len(puzzles) > 0 && err == nil {
		var others []claim.Claim
		others, err = table.Others(puzzles)
		s.Sockets = append(s.Sockets, others...)
	}
	return err
}

// settled says whether every refusal is explained by a socket, and the listeners among them are still there.
func (s *Survey) settled(table *sockets.Table, wants []port.Want) bool {
	if len(unexplained(wants, s.Probes, s.Sockets)) > 0 {
		return false
	}
	now, err := listeners(table, wants)
	return err == nil && !slices.ContainsFunc(s.Sockets, func(c claim.Claim) bool {
		return c.State == claim.Listening && !slices.ContainsFunc(now, func(o claim.Claim) bool {
			return o.Socket.Inode == c.Socket.Inode
		})
	})
}

// Who lists everything that has one of the ports, in whatever state, with the processes behind it.
func (s *Survey) Who(wants []port.Want) {
	table := sockets.Open(procRoot)
	defer table.Close()
	start := time.Now()
	found, err := listeners(table, wants)
	if err == nil {
		var others []claim.Claim
		others, err = table.Others(ranges(wants, port.TCP))
		found = append(found, others...)
	}
	s.Sockets = found
	s.noteTable(table, err, time.Since(start))
	s.keepMeeting(wants)
	s.fill()
}

func (s *Survey) noteTable(table *sockets.Table, err error, took time.Duration) {
	source := Source{Name: table.Source(), Took: took, Err: err}
	switch {
	case err != nil:
		source.Status = Failed
		s.failed = true
	default:
		source.Blind, source.Err = table.Blind()
		s.blind = source.Blind
	}
	s.note(source)
}

// TablesFailed says that no socket table could be read.
func (s *Survey) TablesFailed() bool { return s.failed }

// TablesPartly says that the tables came from /proc/net.
func (s *Survey) TablesPartly() bool { return s.blind != "" }

// fill finds who is behind the sockets.
func (s *Survey) fill() {
	if len(s.Sockets) == 0 {
		return
	}
	start := time.Now()
	holder.Open(procRoot).Fill(s.Sockets)
	source := Source{Name: "processes", Took: time.Since(start)}
	unseen := func(c claim.Claim) bool { return c.Socket.Inode != 0 && c.Process == nil }
	if slices.ContainsFunc(s.Sockets, unseen) && !s.Kernel.MayInspect {
		source.Status, source.Blind = Partial, "other users' processes"
	}
	s.note(source)
}

// keepMeeting drops the sockets that are on a wanted port and in nobody's way, so that their owners are not looked for.
func (s *Survey) keepMeeting(wants []port.Want) {
	s.Sockets = slices.DeleteFunc(s.Sockets, func(c claim.Claim) bool {
		return !slices.ContainsFunc(wants, func(w port.Want) bool {
			if w.Mode == port.Bind && w.Addr.IsValid() && w.Addr.IsUnspecified() && c.Meets(w.Protocol, port.AnyDual, w.Ports) {
				return true // the other family is told too
			}
			return meets(c, w)
		})
	})
}

func meets(c claim.Claim, w port.Want) bool {
	return slices.ContainsFunc(w.Bindings(), func(b port.Binding) bool { return c.Meets(w.Protocol, b, w.Ports) })
}

// Claims are all claims of the survey: sockets, and what the engines told.
func (s *Survey) Claims() []claim.Claim {
	claims := slices.Clone(s.Sockets)
	for _, a := range s.Engines {
		claims = append(claims, a.Claims()...)
	}
	return claims
}

// Containers are the containers of all engines.
func (s *Survey) Containers() []claim.Container {
	var all []claim.Container
	for _, a := range s.Engines {
		all = append(all, a.Containers...)
	}
	return all
}

func listeners(table *sockets.Table, wants []port.Want) ([]claim.Claim, error) {
	tcp, err := table.Holders(port.TCP, ranges(wants, port.TCP))
	udp, udpErr := table.Holders(port.UDP, ranges(wants, port.UDP))
	return append(tcp, udp...), errors.Join(err, udpErr)
}

func ranges(wants []port.Want, p port.Protocol) []port.Range {
	var r []port.Range
	for _, w := range wants {
		if w.Protocol == p && w.Ports.Len() > 0 {
			r = append(r, w.Ports)
		}
	}
	return r
}

// unexplained are the TCP ports that were refused, as in use or as not allowed, and that no listed socket is on.
func unexplained(wants []port.Want, probes []claim.Probe, listed []claim.Claim) []port.Range {
	var puzzles []port.Range
	for i, w := range wants {
		for _, r := range probes[i].Refusals {
			if r.Errno != syscall.EADDRINUSE && r.Errno != syscall.EACCES {
				continue
			}
			explained := slices.ContainsFunc(listed, func(c claim.Claim) bool {
				return c.Meets(w.Protocol, r.Binding, port.Single(r.Port))
			})
			if single := port.Single(r.Port); !explained && !slices.Contains(puzzles, single) {
				puzzles = append(puzzles, single)
			}
		}
	}
	return puzzles
}

func refusedInUse(probes []claim.Probe) bool {
	return slices.ContainsFunc(probes, func(p claim.Probe) bool {
		return slices.ContainsFunc(p.Refusals, func(r claim.Refusal) bool { return r.Errno == syscall.EADDRINUSE })
	})
}
