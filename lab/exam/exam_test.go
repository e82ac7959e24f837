package exam

import (
	"flag"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/safeport/safeport/lab"
)

var (
	printTable = flag.Bool("table", false, "print what everybody answered in each situation")
	candidate  = flag.String("safeport", "", "program to examine instead of a fresh build")
	noEngine   = flag.Bool("no-engine", false, "start no container engine, and leave out the situations that need one")
)

// The hosts that situations are set up on. Each host and its engine serve many
// situations, one after the other.
type hostKind string

const (
	proxied hostKind = "engine with docker-proxy" // the default of Docker
	direct  hostKind = "engine without docker-proxy"
	nft     hostKind = "engine with rules of nftables" // from Docker 29 on
	v4Only  hostKind = "IPv6 switched off"
	mixed   hostKind = "engines of every kind"
	booted  hostKind = "booted with systemd"
)

func TestAccuracy(t *testing.T) {
	lab.Require(t)
	all := situations()
	kinds := []hostKind{proxied, proxied, proxied, direct, v4Only, mixed, booted} // three hosts share the situations of the kind that has the most
	if *noEngine {
		kinds = []hostKind{proxied, v4Only, mixed, booted} // what they have besides their engine
	} else if lab.EngineHas("--firewall-backend") {
		all, kinds = append(all, nftSituations()...), append(kinds, nft)
	}
	queues := map[hostKind]chan int{}
	for i, s := range all {
		if queues[s.on] == nil {
			queues[s.on] = make(chan int, len(all))
		}
		queues[s.on] <- i
	}
	asked := ways
	if *printTable {
		asked = append(slices.Clone(ways), prerun(t)...)
	}
	rows := make([]row, len(all))
	t.Run("on", func(t *testing.T) {
		for _, kind := range kinds {
			t.Run(string(kind), func(t *testing.T) {
				t.Parallel()
				h := newHost(t, kind)
				h.ways = asked
				for {
					select {
					case i := <-queues[kind]:
						t.Run(all[i].name, func(t *testing.T) { rows[i] = examine(t, h, all[i], 20000+10*i) })
					default:
						return
					}
				}
			})
		}
	})
	// With -run some situations have not been examined.
	rows = slices.DeleteFunc(rows, func(r row) bool { return r.situation == "" })
	if *printTable && len(rows) > 0 {
		if err := writeTable(os.Stdout, asked, rows); err != nil {
			t.Error(err)
		}
	}
}

// host is a lab host with an engine, the images and the programs that the exam needs.
type host struct {
	*lab.Host
	engine   *lab.Engine // that is asked, and that publishes ports; nil where the exam has none
	docker   *lab.Engine
	others   map[engineKind]*lab.Engine // on a host that has engines of every kind
	machine  *lab.Systemd               // that the host was booted with, or nil
	v4Ports  bool                       // the engine publishes on IPv4 alone
	safeport string                     // path of the program under examination
	ways     []way                      // of checking that are asked besides
}

func newHost(t *testing.T, kind hostKind) *host {
	h := &host{Host: lab.NewHost(t, lab.HostOptions{NoIPv6: kind == v4Only, Router: kind == mixed || kind == nft})}
	if h.safeport = *candidate; h.safeport == "" {
		h.safeport = h.Build(t, "github.com/safeport/safeport/cmd/safeport")
	}
	if *noEngine {
		if kind == booted {
			h.machine = h.Boot(t)
		}
		return h
	}
	options := lab.EngineOptions{NoProxy: kind == direct || kind == nft}
	if kind == nft {
		options.Args = []string{"--firewall-backend=nftables"}
	}
	h.docker = h.StartEngine(t, options)
	h.engine = h.docker
	// Without docker-proxy an engine carries IPv4 only, unless it is told to keep IPv6 rules: it takes the IPv6 port all
	// the same, but nobody answers there.
	h.v4Ports = options.NoProxy
	engines := []*lab.Engine{h.engine}
	if kind == mixed {
		h.others = map[engineKind]*lab.Engine{
			podman: h.StartPodman(t, lab.Root), rootlessPodman: h.StartPodman(t, lab.Somebody), rootlessDocker: h.StartRootlessDocker(t),
		}
		engines = slices.AppendSeq(engines, maps.Values(h.others))
	}
	if kind == booted {
		h.machine = h.Boot(t)
	}
	mirrored := lab.GPUStack("v2.2.3")
	mirrored.Tags = []string{"quay.io/gpustack/gpustack:v2.2.3"}
	for _, e := range engines {
		err := e.Load(t.Context(), lab.GPUStack("v2.2.3"), lab.GPUStack("v2.1.0"), mirrored, lab.Foreign("nginx:1.27"), lab.Foreign("someone/other:1"),
			usersImage("someone/user:1", false), usersImage("someone/capable:1", true))
		if err != nil {
			t.Fatalf("loading images: %v", err)
		}
	}
	return h
}

// newStage is a situation on the host before anything of it was made. The port is its own unless it has one.
func newStage(t *testing.T, h *host, s situation, port int) *stage {
	if s.port != 0 {
		port = s.port
	}
	g := &stage{T: t, host: h, situation: s, port: port, env: []string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8"}}
	if h.engine != nil {
		g.setenv("DOCKER_HOST", h.engine.Endpoint)
	}
	return g
}

// needCgroups leaves a situation out whose cgroups this machine has no hierarchy for.
func (g *stage) needCgroups() {
	g.Helper()
	if !lab.UnifiedCgroups() {
		g.Skip("LEFT OUT: it needs cgroups of version 2")
	}
}

// need is an engine that a situation cannot be made without. Where the exam has none, the situation is left out.
func (g *stage) need(e *lab.Engine) *lab.Engine {
	g.Helper()
	if e == nil {
		g.Skip("LEFT OUT: it needs a container engine")
	}
	return e
}

// examine sets a situation up, asks everybody, finds the truth, and says where safeport is wrong.
func examine(t *testing.T, h *host, s situation, port int) row {
	g := newStage(t, h, s, port)
	if s.want.mode != bound {
		g.need(h.engine) // to find the truth
	}
	if s.cgroup != "" {
		g.needCgroups()
	}
	for _, step := range s.given {
		step(g)
	}
	said := g.askSafeport()
	r := row{situation: s.name, unsure: s.unsure, safeport: said.answer()}
	if *printTable {
		for _, way := range h.ways {
			r.ways = append(r.ways, g.askWay(way))
		}
	}
	var reason string
	r.truth, reason = g.truth()
	t.Logf("truth: %s %s", r.truth, reason)

	s.holder.name = g.expand(s.holder.name)
	wrongs := said.wrongs(s, r.truth)
	for _, wrong := range wrongs {
		t.Error(wrong)
	}
	if len(wrongs) > 0 {
		t.Logf("safeport %v\n%s", g.question(), said.output)
	}
	return r
}
