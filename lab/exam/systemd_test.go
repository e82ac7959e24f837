package exam

import (
	"strings"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// systemdSituations are on a host that systemd has booted, where units hold ports in every way, or will.
func systemdSituations() []situation {
	unit := func(name string) holder { return holder{report.HolderUnit, name} }
	web := unit("web.socket")
	latent := []report.Code{report.Latent}
	listening := []step{socketUnit("ListenStream={P}"), start("web.socket")}
	enabled := []step{socketUnit("ListenStream={P}"), enable("web.socket")}
	all := []situation{
		{name: "nothing there, bind", want: bind("")},
		{name: "socket unit, nobody has asked yet, bind", want: bind(""), given: listening, holder: web},
		{name: "socket unit, nobody has asked yet, publish", want: publish(""), given: listening, holder: web},
		{name: "socket unit, nobody has asked yet, bind UDP", want: bind("").udp(), given: listening},
		{name: "socket unit, its service runs, bind", want: bind(""), given: append(listening, answering), holder: unit("web.service")},
		{name: "socket unit, its service runs, publish", want: publish(""), given: append(listening, answering), holder: web},
		{name: "socket unit with a service for each connection, bind", want: bind(""), holder: web,
			given: []step{socketUnit("ListenStream={P}\nAccept=yes"), unitFile("web@.service", "[Service]\nExecStart=/bin/true\n"), start("web.socket")}},
		{name: "socket unit of UDP, bind UDP", want: bind("").udp(), given: []step{socketUnit("ListenDatagram={P}"), start("web.socket")}, holder: web},
		{name: "socket unit on 127.0.0.1, bind", want: bind(""), given: []step{socketUnit("ListenStream=127.0.0.1:{P}"), start("web.socket")}, holder: web},
		{name: "socket unit on 127.0.0.1, bind 192.0.2.1", want: bind("192.0.2.1"), given: []step{socketUnit("ListenStream=127.0.0.1:{P}"), start("web.socket")}},
		{name: "socket unit on [::] v6only, bind 0.0.0.0", want: bind("0.0.0.0"),
			given: []step{socketUnit("ListenStream={P}\nBindIPv6Only=ipv6-only"), start("web.socket")}},
		{name: "socket unit of a template, bind", want: bind(""), holder: unit("door@{P}.socket"),
			given: []step{unitFile("door@.socket", "[Socket]\nListenStream=%i\n"), unitFile("door@.service", "[Service]\nExecStart=/bin/true\n"), start("door@{P}.socket")}},
		{name: "socket unit behind a drop-in, bind", want: bind(""), holder: web,
			given: []step{socketUnit("ListenStream={P+1}"), unitFile("web.socket.d/port.conf", "[Socket]\nListenStream=\nListenStream={P}\n"), start("web.socket")}},
		{name: "socket unit whose drop-in has moved it, bind", want: bind(""),
			given: []step{socketUnit("ListenStream={P}"), unitFile("web.socket.d/port.conf", "[Socket]\nListenStream=\nListenStream={P+1}\n"), start("web.socket")}},
		{name: "socket unit whose file was changed since, bind", want: bind(""), holder: web,
			given: append(listening, unread("web.socket.d/port.conf", "[Socket]\nListenStream=\nListenStream={P+1}\n"))},
		{name: "socket unit that is enabled and does not listen, bind", want: bind(""), given: enabled, says: latent, named: []string{"web.socket"}},
		{name: "socket unit that is enabled and does not listen, publish", want: publish(""), given: enabled, says: latent, named: []string{"web.socket"}},
		{name: "socket unit that is enabled on UDP, bind", want: bind(""), given: []step{socketUnit("ListenDatagram={P}"), enable("web.socket")}, silent: latent},
		{name: "socket unit that is not enabled, bind", want: bind(""), given: []step{socketUnit("ListenStream={P}")}, silent: latent},
		{name: "service of a user, bind", want: bind(""), given: []step{serviceUnit("web.service", "User=www-data"), start("web.service")}, holder: unit("web.service")},
		{name: "service of a user, publish", want: publish(""), given: []step{serviceUnit("web.service", "User=www-data"), start("web.service")}, holder: unit("web.service")},
		{name: "service of a template, bind", want: bind(""), given: []step{serviceUnit("door@.service", ""), start("door@{P}.service")}, holder: unit("door@{P}.service")},

		{name: "nginx is enabled and does not run, bind", want: bind(""), port: 80, says: latent, named: []string{"nginx.service"},
			given: []step{serviceUnit("nginx.service", ""), enable("nginx.service")}},
		{name: "nginx is enabled and does not run, publish", want: publish(""), port: 80, says: latent, named: []string{"nginx.service"},
			given: []step{serviceUnit("nginx.service", ""), enable("nginx.service")}},
		{name: "nginx is not enabled, bind", want: bind(""), port: 80, silent: latent, given: []step{serviceUnit("nginx.service", "")}},
		{name: "nginx runs on another port, bind", want: bind(""), port: 80, silent: latent,
			given: []step{shifted(serviceUnit("nginx.service", "")), enable("nginx.service"), shifted(start("nginx.service"))}},
		{name: "unit that runs podman is enabled, bind", want: bind(""), says: latent, named: []string{"container-web.service"},
			given: []step{podmanUnit, enable("container-web.service")}},
		{name: "unit that runs podman is enabled, publish UDP", want: publish("").udp(), silent: latent, given: []step{podmanUnit, enable("container-web.service")}},

		{name: "unprivileged: socket unit, bind", want: bind(""), as: lab.Nobody, given: listening, holder: web},
		{name: "unprivileged: socket unit whose service runs, bind", want: bind(""), as: lab.Nobody, given: append(listening, answering), holder: holder{kind: report.HolderUnit, name: "web.socket"}},
		{name: "unprivileged: service of another user, bind", want: bind(""), as: lab.Nobody, given: []step{serviceUnit("web.service", "User=www-data"), start("web.service")}, holder: unit("web.service")},
		{name: "unprivileged: socket unit that is enabled and does not listen, bind", want: bind(""), as: lab.Nobody, given: enabled, says: latent},

		{name: "asked from outside the container: socket unit, bind", want: bind(""), outside: true, given: listening, holder: web},
		{name: "asked from outside the container: socket unit whose service runs, bind", want: bind(""), outside: true, given: append(listening, answering), holder: unit("web.service")},
		{name: "asked from outside the container: service of a user, bind", want: bind(""), outside: true, given: []step{serviceUnit("web.service", "User=www-data"), start("web.service")}, holder: unit("web.service")},
	}
	all = append(all, lingerSituations()...)
	all = append(all, rightsSituations()...)
	for i := range all {
		all[i].name = "systemd: " + all[i].name
		all[i].on = booted
	}
	return all
}

// unitFile gives the booted host a unit's file or a drop-in of one.
func unitFile(name, text string) step {
	return func(g *stage) {
		g.Helper()
		g.machine.Units(g, map[string]string{g.expand(name): g.expand(text)})
	}
}

// unread changes a file that systemd has read, without telling it.
func unread(name, text string) step {
	return func(g *stage) {
		g.Helper()
		g.machine.Write(g, map[string]string{name: g.expand(text)})
	}
}

// socketUnit is web.socket, whose service answers.
func socketUnit(says string) step {
	return func(g *stage) {
		g.Helper()
		g.machine.Units(g, map[string]string{
			"web.socket":  g.expand("[Socket]\n" + says + "\n[Install]\nWantedBy=sockets.target\n"),
			"web.service": "[Service]\nExecStart=" + g.Path("bin/standin") + " activated\n",
		})
	}
}

// serviceUnit is a unit that binds the port itself.
func serviceUnit(name, says string) step {
	return func(g *stage) {
		g.Helper()
		unitFile(name, "[Service]\nType=notify\nExecStart="+g.Path("bin/standin")+" serve tcp::{P}\n"+says+"\n[Install]\nWantedBy=multi-user.target\n")(g)
	}
}

// podmanService is a unit such as "podman generate systemd --new" writes.
const podmanService = "[Service]\nType=notify\nExecStart=/usr/bin/podman run --rm -d --replace --name web -p {P}:80 nginx\n[Install]\nWantedBy=default.target\n"

func podmanUnit(g *stage) {
	g.Helper()
	unitFile("container-web.service", podmanService)(g)
}

// start starts a unit, which has its ports then, and ends it with the situation.
func start(name string) step {
	return func(g *stage) {
		g.Helper()
		g.systemctl("start", name)
		g.Cleanup(func() { g.systemctl("stop", name) })
		if strings.HasSuffix(name, ".service") {
			answering(g)
		}
	}
}

// enable has a unit start with the host.
func enable(name string) step {
	return func(g *stage) {
		g.Helper()
		g.systemctl("enable", "--quiet", name)
		g.Cleanup(func() { g.systemctl("disable", "--quiet", name) })
	}
}

func (g *stage) systemctl(words ...string) {
	g.Helper()
	if err := g.machine.Systemctl(g.expandAll(words)...); err != nil {
		g.Error(err)
	}
}
