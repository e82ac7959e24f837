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
	"github.com/safeport/safeport/internal/host/netfilter"
	"github.com/safeport/safeport/internal/host/sockets"
	"github.com/safeport/safeport/internal/port"
)

const procRoot = "/proc"

// Survey is what the host said.
type Survey struct {
	Kernel  facts.Kernel
	Environ facts.Environ
	Engines []engine.Answer // the first is the one that would publish the ports
	Sockets []facts.PortUse
	Probes  []facts.Probe
	Crowds  map[port.Protocol]facts.EphemeralUse // of protocols with wanted ports that outgoing connections may take
	Taken   map[port.Protocol]*port.Set          // ports that any socket has, when all were asked for
	Remains Remains
	Labels  *facts.PortLabels // nil unless SELinux enforces its policy
	Hooks   []facts.Hook      // programs that may have forbidden the probe to bind
	Sources []Source

	probing time.Duration
	rules   *netfilter.Rules
	units   units
	taken   map[sameWay][]facts.PortUse // by rules, of all ports
	kept    map[sameWay]keptOut         // likewise, clients from outside
	finder  *holder.Finder              // that has begun already
	chains  int                         // of how many processes it is asked how they came to run; 0: of maxChains

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
	Name   string // kernel, systemd, installation, cgroup, selinux, probe, sock_diag, proc_net, processes, docker, podman, engine, devices, nftables, iptables-legacy, ipvs, sk_lookup, xdp, tc
	Status Status
	Blind  string // what it could not show
	Err    error  // why
	Took   time.Duration
}

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

func (s *Survey) note(source Source) {
	if source.Err != nil && source.Status == OK {
		source.Status = Partial
	}
	s.Sources = append(s.Sources, source)
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

// knows says whether an engine told of a container.
func (s *Survey) knows(id string) bool {
	return slices.ContainsFunc(s.Containers(), func(c facts.Container) bool { return c.ID == id })
}

// OneDocker says whether no more than one Docker runs in this network, as far as its processes show: rules that a Docker wrote are
// that one's.
func (s *Survey) OneDocker() bool { return holder.CountHere(procRoot, "dockerd") <= 1 }

// publishedOn says whether an engine told of a container that publishes a socket's port.
func (s *Survey) publishedOn(c facts.PortUse) bool {
	return slices.ContainsFunc(s.Engines, func(a engine.Answer) bool {
		return slices.ContainsFunc(a.Claims(), func(o facts.PortUse) bool {
			return o.State == facts.Published && o.Meets(c.Protocol, c.Binding, c.Ports)
		})
	})
}

// Publisher is the engine that would publish ports: the first, unless all are other users'. It is nil when there is none.
func (s *Survey) Publisher() *engine.Answer {
	if i := slices.IndexFunc(s.Engines, func(a engine.Answer) bool { return !a.Others }); i >= 0 {
		return &s.Engines[i]
	}
	return nil
}

// Apart says whether an engine has its ports in another network than the one that is looked at here.
func (s *Survey) Apart(a engine.Answer) bool {
	return a.Elsewhere != 0 || a.Outside && s.Environ.OwnNetwork
}

// Uses are all port uses of the survey: sockets, and what the engines told.
func (s *Survey) Uses() []facts.PortUse {
	claims := slices.Concat(s.Sockets, s.units.enabled)
	for _, a := range s.Engines {
		claims = append(claims, a.Claims()...)
	}
	return claims
}

// OwnContainers are the containers of all engines but those of other users: an installation of theirs is none of this one's.
func (s *Survey) OwnContainers() []facts.Container {
	return slices.DeleteFunc(s.Containers(), func(c facts.Container) bool { return c.Foreign })
}

// Containers are the containers of all engines.
func (s *Survey) Containers() []facts.Container {
	var all []facts.Container
	for _, a := range s.Engines {
		all = append(all, a.Containers...)
	}
	return all
}
