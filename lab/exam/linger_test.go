package exam

import (
	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// lingerSituations have units of a user's own systemd, which starts with the host or does not.
func lingerSituations() []situation {
	latent := []report.Code{report.Latent}
	named := func(unit string) []string { return []string{unit + " of user somebody"} }
	enabled := []step{linger, usersSocket, usersEnable("web.socket")}
	podman := []step{linger, usersPodman, usersEnable("container-web.service")}
	listening := []step{linger, usersSocket, usersStart("web.socket")}
	web := holder{report.HolderUnit, "web.socket"}
	all := []situation{
		{name: "socket unit that is enabled, bind", want: bind(""), given: enabled, says: latent, named: named("web.socket")},
		{name: "socket unit that is enabled, publish", want: publish(""), given: enabled, says: latent, named: named("web.socket")},
		{name: "socket unit that is enabled, bind UDP", want: bind("").udp(), given: enabled, silent: latent},
		{name: "socket unit that is not enabled, bind", want: bind(""), given: []step{linger, usersSocket}, silent: latent},
		{name: "socket unit that is enabled, but he does not linger, bind", want: bind(""), given: []step{usersManager, usersSocket, usersEnable("web.socket")}, silent: latent},
		{name: "socket unit that is enabled, low port, bind", want: bind(""), port: 257, given: enabled, silent: latent},
		{name: "socket unit that is enabled, low port, privileged ports start at 0, bind", want: bind(""), port: 258, says: latent, named: named("web.socket"),
			given: append([]step{privilegedPortsStartAt("0")}, enabled...)},
		{name: "socket unit that listens, bind", want: bind(""), given: listening, holder: web},
		{name: "socket unit that listens, publish", want: publish(""), given: listening, holder: web},
		{name: "unit that runs podman is enabled, bind", want: bind(""), given: podman, says: latent, named: named("container-web.service")},
		{name: "unit that runs podman is enabled, publish", want: publish(""), given: podman, says: latent, named: named("container-web.service")},
		{name: "nginx is enabled and runs on another port, bind", want: bind(""), port: 80, silent: latent,
			given: []step{privilegedPortsStartAt("0"), linger, shifted(usersService("nginx.service")), usersEnable("nginx.service"), usersStart("nginx.service")}},
		{name: "asked by himself: socket unit that is enabled, bind", want: bind(""), as: lab.Somebody, given: enabled, says: latent, named: named("web.socket")},
		{name: "asked by another: socket unit that is enabled, bind", want: bind(""), as: lab.Nobody, given: enabled, says: latent, named: named("web.socket")},
	}
	for i := range all {
		all[i].name = "of a user: " + all[i].name
	}
	return all
}

func linger(g *stage) {
	g.Helper()
	g.machine.Linger(g)
}

// usersManager starts the user's systemd, as a login does.
func usersManager(g *stage) {
	g.Helper()
	start("user@65533")(g)
}

func usersSocket(g *stage) {
	g.Helper()
	g.machine.UserUnits(g, map[string]string{
		"web.socket":  g.expand("[Socket]\nListenStream={P}\n[Install]\nWantedBy=sockets.target\n"),
		"web.service": "[Service]\nExecStart=" + g.Path("bin/standin") + " activated\n",
	})
}

func usersPodman(g *stage) {
	g.Helper()
	g.machine.UserUnits(g, map[string]string{"container-web.service": g.expand(podmanService)})
}

// usersService is a unit that binds the port itself.
func usersService(name string) step {
	return func(g *stage) {
		g.Helper()
		g.machine.UserUnits(g, map[string]string{
			name: g.expand("[Service]\nType=notify\nExecStart={bin}/standin serve tcp::{P}\n[Install]\nWantedBy=default.target\n"),
		})
	}
}

func usersEnable(unit string) step { return usersSystemctl("enable", "--quiet", unit) }
func usersStart(unit string) step  { return usersSystemctl("start", unit) }

func usersSystemctl(words ...string) step {
	return func(g *stage) {
		g.Helper()
		if err := g.machine.UserSystemctl(words...); err != nil {
			g.Fatal(err)
		}
	}
}
