// Package host surveys this host: it runs the sources of facts side by side and collects what they find. It knows nothing
// of services; which ports matter is told to it as wants.
package host

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/engine"
	"github.com/safeport/safeport/internal/host/environ"
	"github.com/safeport/safeport/internal/host/holder"
	"github.com/safeport/safeport/internal/host/kernel"
)

// Ask asks the kernel for its settings and its rules for packets, and the engines for their containers, at the same time.
// The survey is to be closed.
func Ask(ctx context.Context, endpoints []engine.Endpoint, interesting func(facts.Container) bool) *Survey {
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
	var unitFiles Source
	asking.Go(func() { s.units, unitFiles = readUnits(ctx, facts.UnprivilegedStart) })
	s.Kernel, s.Environ = facts, environ.Read("/")
	s.note(Source{Name: "kernel", Err: err, Took: time.Since(start)})
	s.readRules()
	asking.Wait()
	if unitFiles.Name != "" {
		s.note(unitFiles)
	}
	for i, a := range s.Engines {
		s.note(engineSource(a, took[i]))
		if a.Rootless {
			user := holder.UserName(strconv.FormatUint(uint64(a.UID), 10))
			for j := range a.Containers {
				a.Containers[j].User = user
			}
		}
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

// fill finds who is behind the sockets.
func (s *Survey) fill(ctx context.Context) {
	if len(s.Sockets) == 0 {
		return
	}
	start := time.Now()
	finder := s.finder
	if finder == nil {
		finder = holder.Open(procRoot)
	}
	finder.Fill(s.Sockets)
	finder.Serve(s.Sockets, s.publishedOn)
	finder.FindEngines(s.Sockets, s.knows)
	s.nameUnits(ctx)
	s.askControl(ctx)
	s.findFeatures(ctx)
	s.trace(finder.Readings())
	source := Source{Name: "processes", Took: time.Since(start)}
	unseen := func(c facts.PortUse) bool { return c.Socket.Inode != 0 && c.Process == nil && c.Unit == "" }
	if !s.Kernel.MayInspect && slices.ContainsFunc(s.Sockets, unseen) {
		source.Status, source.Blind = Partial, "other users' processes"
		if s.Environ.Hidden {
			source.Err = errors.New("/proc is mounted with hidepid")
		}
	}
	s.note(source)
}
