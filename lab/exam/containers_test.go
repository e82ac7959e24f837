package exam

import (
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// containerSituations are containers in every state, seen by who wants to publish a port or to bind it.
func containerSituations() []situation {
	web := lab.Container{Name: "web", Image: "nginx:1.27", Publish: []string{"{P}:80"}}
	restarting := web
	restarting.Restart = "always"
	dns := lab.Container{Name: "dns", Image: "someone/other:1", Publish: []string{"{P}:53/udp"}, Args: []string{"udp::53"}}
	hosts := lab.Container{Name: "web", Image: "nginx:1.27", HostNetwork: true, Args: []string{"tcp::{P}"}}
	local := lab.Container{Name: "web", Image: "nginx:1.27", Publish: []string{"127.0.0.1:{P}:80"}}
	holder, latent := container("web"), []report.Code{report.Latent}

	all := []situation{
		{name: "published container, publish", want: publish(""), given: []step{run(web)}, holder: holder},
		{name: "published container, bind", want: bind(""), given: []step{run(web)}, holder: holder},
		{name: "published container, bind 127.0.0.1", want: bind("127.0.0.1"), given: []step{run(web)}, holder: holder},
		{name: "published container, bind UDP", want: bind("").udp(), given: []step{run(web)}},
		{name: "container published on 127.0.0.1, publish", want: publish(""), given: []step{run(local)}, holder: holder},
		{name: "container published on 127.0.0.1, publish on 192.0.2.1", want: publish("192.0.2.1"), given: []step{run(local)}},
		{name: "container published on 127.0.0.1, bind 192.0.2.1", want: bind("192.0.2.1"), given: []step{run(local)}},
		{name: "container published on 127.0.0.1, bind 127.0.0.1", want: bind("127.0.0.1"), given: []step{run(local)}, holder: holder},
		{name: "paused container, publish", want: publish(""), given: []step{run(web), pause("web")}, holder: holder},
		{name: "paused container, bind", want: bind(""), given: []step{run(web), pause("web")}, holder: holder},
		{name: "stopped container, publish", want: publish(""), given: []step{run(web), stop("web")}},
		{name: "stopped container that restarts always, publish", want: publish(""), given: []step{run(restarting), stop("web")}, says: latent},
		{name: "stopped container that restarts always, bind", want: bind(""), given: []step{run(restarting), stop("web")}, says: latent},
		{name: "created container, publish", want: publish(""), given: []step{create(web)}},
		{name: "container that only exposes the port, publish", want: publish(""),
			given: []step{run(lab.Container{Name: "web", Image: "nginx:1.27", Expose: []string{"{P}/tcp"}})}},
		{name: "unpublished container that listens on the port, bind", want: bind(""),
			given: []step{run(lab.Container{Name: "web", Image: "nginx:1.27", Args: []string{"tcp::{P}"}})}},
		{name: "unpublished container that listens on the port, publish", want: publish(""),
			given: []step{run(lab.Container{Name: "web", Image: "nginx:1.27", Args: []string{"tcp::{P}"}})}},
		{name: "container on the host's network, publish", want: publish(""), given: []step{run(hosts), answering}, holder: holder},
		{name: "container on the host's network, bind", want: bind(""), given: []step{run(hosts), answering}, holder: holder},
		{name: "container that publishes UDP, publish UDP", want: publish("").udp(), given: []step{run(dns)}, holder: container("dns")},
		{name: "container that publishes UDP, bind UDP", want: bind("").udp(), given: []step{run(dns)}, holder: container("dns")},
		{name: "container that publishes UDP, publish TCP", want: publish(""), given: []step{run(dns)}},
	}
	for i := range all {
		all[i].on = proxied
	}
	return all
}

// run starts a container and leaves it running.
func run(c lab.Container) step {
	return func(g *stage) {
		g.Helper()
		g.need(g.engine).Run(g, g.expandContainer(c))
	}
}

// create creates a container that never runs.
func create(c lab.Container) step {
	return func(g *stage) {
		g.Helper()
		g.need(g.engine).Created(g, g.expandContainer(c))
	}
}

func (g *stage) expandContainer(c lab.Container) lab.Container {
	c.Publish, c.Expose, c.Args, c.Env = g.expandAll(c.Publish), g.expandAll(c.Expose), g.expandAll(c.Args), g.expandAll(c.Env)
	c.Volumes = g.expandAll(c.Volumes)
	return c
}

func stop(name string) step {
	return func(g *stage) {
		if _, err := g.need(g.engine).ContainerStop(g.Context(), name, client.ContainerStopOptions{}); err != nil {
			g.Fatal(err)
		}
	}
}

func pause(name string) step {
	return func(g *stage) {
		if _, err := g.need(g.engine).ContainerPause(g.Context(), name, client.ContainerPauseOptions{}); err != nil {
			g.Fatal(err)
		}
	}
}

// answering waits until the port answers, for containers that bind it themselves: the engine does not wait for them.
func answering(g *stage) {
	for _, port := range g.wanted() {
		if _, err := g.Peer.AwaitToken(g.Context(), g.want.protocol, addrPort(lab.Addr4, port)); err != nil {
			g.Fatal(err)
		}
	}
}
