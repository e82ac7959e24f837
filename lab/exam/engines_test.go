package exam

import (
	"time"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// engineKind is an engine besides Docker's own, which has ports in ways of its own.
type engineKind string

const (
	podman         engineKind = "Podman"          // conmon has the ports
	rootlessPodman engineKind = "rootless Podman" // rootlessport has them
	rootlessDocker engineKind = "rootless Docker" // rootlesskit has them
)

var engineKinds = []engineKind{podman, rootlessPodman, rootlessDocker}

// unaskedEngineSituations have a port held by a container of an engine that is not asked, as it is Docker that is to
// publish the port: the container is known from processes alone.
func unaskedEngineSituations() []situation {
	web := lab.Container{Name: "web", Image: "nginx:1.27", Publish: []string{"{P}:80"}}
	local := lab.Container{Name: "web", Image: "nginx:1.27", Publish: []string{"127.0.0.1:{P}:80"}}
	ray := lab.Container{Name: "web", Image: "someone/other:1", Publish: []string{"{P}-{P+4}:80-84"}}
	dns := lab.Container{Name: "web", Image: "someone/other:1", Publish: []string{"{P}:53/udp"}, Args: []string{"udp::53"}}
	restarting := web
	restarting.Restart = "always"
	var all []situation
	for _, kind := range engineKinds {
		// Docker's processes tell the id of a container, and no name.
		named := container("web")
		if kind == rootlessDocker {
			named.name = ""
		}
		for _, s := range []situation{
			{name: "published container, publish", want: publish(""), given: []step{runIn(kind, web)}, holder: named},
			{name: "published container, bind", want: bind(""), given: []step{runIn(kind, web)}, holder: named},
			{name: "container published on 127.0.0.1, publish", want: publish(""), given: []step{runIn(kind, local)}, holder: named},
			{name: "container published on 127.0.0.1, bind 192.0.2.1", want: bind("192.0.2.1"), given: []step{runIn(kind, local)}},
			{name: "one port of a container's range, bind", want: bind("").ports(2), given: []step{runIn(kind, ray)}, holder: named},
			{name: "container that publishes UDP, bind UDP", want: bind("").udp(), given: []step{runIn(kind, dns)}, holder: named},
			{name: "stopped container that restarts always, publish", want: publish(""), given: []step{runIn(kind, restarting), stopIn(kind, "web")}},
		} {
			s.name = string(kind) + " beside Docker: " + s.name
			s.on = mixed
			all = append(all, s)
		}
	}
	return append(all,
		situation{name: "Podman beside Docker: published container, no sudo on the host, bind", on: mixed, want: bind(""), given: []step{nothingOnPath, runIn(podman, web)},
			holder: container("web"), advice: []string{"podman stop web"}, never: []string{"sudo"}},
		situation{name: "pasta beside Docker: published container, publish", on: mixed, want: publish(""), given: []step{behindPasta}, holder: container("web")},
		situation{name: "pasta beside Docker: published container, bind", on: mixed, want: bind(""), given: []step{behindPasta}, holder: container("web")},
	)
}

// behindPasta runs a container as Podman does from version 5 on.
func behindPasta(g *stage) {
	e := g.need(g.others[rootlessPodman])
	id := e.Run(g, lab.Container{Name: "web", Image: "nginx:1.27", NoNetwork: true})
	e.Pasta(g, id, g.expand("{P}:80"))
	g.leaves = 5 * time.Second
}

// otherEngineSituations ask one of the other engines itself, and have it publish the port.
func otherEngineSituations() []situation {
	web := lab.Container{Name: "web", Image: "nginx:1.27", Publish: []string{"{P}:80"}}
	local := lab.Container{Name: "web", Image: "nginx:1.27", Publish: []string{"127.0.0.1:{P}:80"}}
	ray := lab.Container{Name: "ray", Image: "someone/other:1", Publish: []string{"{P}-{P+4}:80-84"}}
	dns := lab.Container{Name: "dns", Image: "someone/other:1", Publish: []string{"{P}:53/udp"}, Args: []string{"udp::53"}}
	server := lab.Container{Name: "gpustack", Image: "gpustack/gpustack:v2.2.3", Publish: []string{"{P}:80"}}
	restarting, kept := web, web
	restarting.Restart, kept.Restart = "always", "unless-stopped"
	holder, latent := container("web"), []report.Code{report.Latent}
	var all []situation
	for i, kind := range engineKinds {
		for _, s := range []situation{
			{name: "nothing there, publish", want: publish("")},
			{name: "nothing there, publish on 127.0.0.1", want: publish("127.0.0.1")},
			{name: "nothing there, publish on [::1]", want: publish("::1")},
			{name: "nothing there, publish on [2001:db8::1]", want: publish("2001:db8::1")},
			{name: "nothing there, publish on [::]", want: publish("::")},
			{name: "nothing there, low port, publish", want: publish(""), port: 241 + i},
			{name: "published container, publish", want: publish(""), given: []step{run(web)}, holder: holder},
			{name: "published container, bind", want: bind(""), given: []step{run(web)}, holder: holder},
			{name: "container published on 127.0.0.1, publish", want: publish(""), given: []step{run(local)}, holder: holder},
			{name: "range in a container's, publish", want: publish("").ports(3), given: []step{run(ray)}, holder: container("ray")},
			{name: "container that publishes UDP, publish UDP", want: publish("").udp(), given: []step{run(dns)}, holder: container("dns")},
			{name: "stopped container that restarts always, publish", want: publish(""), given: []step{run(restarting), stop("web")}, says: latent},
			{name: "container stopped by hand, publish", want: publish(""), given: []step{run(kept), stop("web")}, says: latent},
			{name: "listener on 127.0.0.1, publish", want: publish(""), given: []step{nginx("tcp4:127.0.0.1:{P}")}, holder: process("nginx")},
			{name: "listener on [::] v6only, publish", want: publish(""), given: []step{nginx("tcp6:[::]:{P}")}, holder: process("nginx")},
			{name: "listener on [::1], publish", want: publish(""), given: []step{nginx("tcp6:[::1]:{P}")}, holder: process("nginx")},
			{name: "container of Docker, publish", want: publish(""), given: []step{runInDocker(web)}, holder: container("")},
			{name: "gpustack, nothing there", want: gpustack(), state: report.Fresh},
			{name: "gpustack, own running", want: gpustack(), given: []step{run(server)}, own: "gpustack", state: report.Upgrade},
		} {
			s.name = string(kind) + ": " + s.name
			s.on = mixed
			s.given = append([]step{speaking(kind)}, s.given...)
			all = append(all, s)
		}
	}
	// Docker lets its own packets by, and Podman relies on nobody dropping them.
	shut := []report.Code{report.BlockedOutside}
	letIn := iptables("iptables", "-t", "filter", "-I", "FORWARD", "-p", "tcp", "-m", "conntrack", "--ctorigdstport", "{P}", "-j", "ACCEPT")
	for _, s := range []situation{
		{name: "nothing there, publish", want: publish(""), says: shut, named: []string{"the policy of chain ip filter FORWARD"}},
		{name: "another container runs, publish", want: publish(""), given: []step{run(lab.Container{Name: "web", Image: "nginx:1.27", Publish: []string{"{P+1}:80"}})}, says: shut},
		{name: "container of Docker on its bridge, publish", want: publish(""), given: []step{runInDocker(lab.Container{Name: "web", Image: "nginx:1.27", Publish: []string{"{P+1}:80"}})}, says: shut},
		{name: "the port let in, publish", want: publish(""), given: []step{letIn}, silent: shut},
		{name: "gpustack, nothing there", want: gpustack(), says: shut},
	} {
		s.name = "Podman, and forwarding is dropped: " + s.name
		s.on = mixed
		s.given = append([]step{speaking(podman), policy("iptables", "FORWARD")}, s.given...)
		all = append(all, s)
	}
	return append(all, situation{name: "Docker beside Podman, and forwarding is dropped: publish", on: mixed, want: publish("0.0.0.0"),
		given: []step{policy("iptables", "FORWARD")}, silent: shut})
}

// in is the stage where another engine is the one that is meant.
func (g *stage) in(kind engineKind) *stage {
	h := *g.host
	h.engine = g.need(g.others[kind])
	// conmon has its ports on IPv4 alone; rootlessport and rootlesskit have them on both.
	h.v4Ports = kind == podman
	other := *g
	other.host = &h
	return &other
}

// speaking makes another engine the one that is asked, and that would publish the port.
func speaking(kind engineKind) step {
	return func(g *stage) {
		g.host = g.in(kind).host
		g.setenv("DOCKER_HOST", g.engine.Endpoint)
	}
}

func runIn(kind engineKind, c lab.Container) step { return func(g *stage) { run(c)(g.in(kind)) } }
func stopIn(kind engineKind, name string) step    { return func(g *stage) { stop(name)(g.in(kind)) } }

// runInDocker runs a container of the Docker that is not asked.
func runInDocker(c lab.Container) step {
	return func(g *stage) {
		g.need(g.docker).Run(g, g.expandContainer(c))
	}
}
