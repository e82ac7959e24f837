package host

import (
	"net/netip"
	"slices"
	"time"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/engine"
	"github.com/safeport/safeport/internal/host/holder"
	"github.com/safeport/safeport/internal/host/netfilter"
	"github.com/safeport/safeport/internal/host/sockets"
	"github.com/safeport/safeport/internal/host/systemd"
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

// sameWay are wants that differ in nothing but their ports: rules are followed for all ports at once.
type sameWay struct {
	protocol port.Protocol
	addr     netip.Addr
	mode     port.Mode
}

// keptOut is who does not get to the ports of a way.
type keptOut struct {
	blocks  []facts.Block
	outside int
}

// Remains are what installations without a container have on the host.
type Remains struct {
	Units []facts.Unit
	Files []string
}

// units is what the survey knows of systemd.
type units struct {
	system  *systemd.Manager
	sockets map[int][]systemd.Socket // process of a systemd → its socket units
	enabled []facts.PortUse          // ports of units that start with the host
}
