package exam

import (
	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// userSituations are asked by a user who sees no other user's processes and may bind no privileged port.
func userSituations() []situation {
	unseen := holder{kind: report.HolderUnseen}
	bound, says := unseen, []report.Code(nil)
	if !showsBoundSockets() {
		bound, says = holder{}, []report.Code{report.HolderNotSeen}
	}
	rootsContainer := run(lab.Container{Name: "web", Image: "nginx:1.27", Publish: []string{"{P}:80"}})
	all := []situation{
		{name: "nothing there, low port, publish", want: publish(""), port: 201},
		{name: "nothing there, low port, bind", want: bind(""), port: 202, says: []report.Code{report.PermissionDenied}},
		{name: "nothing there, high port, publish", want: publish("")},
		{name: "nothing there, high port, bind", want: bind("")},
		{name: "root's listener, low port, publish", want: publish(""), port: 203, given: []step{nginx("tcp::{P}")}, holder: unseen},
		{name: "root's listener, low port, bind", want: bind(""), port: 204, given: []step{nginx("tcp::{P}")}},
		{name: "root's listener, high port, publish", want: publish(""), given: []step{nginx("tcp::{P}")}, holder: unseen},
		{name: "root's listener, high port, bind", want: bind(""), given: []step{nginx("tcp::{P}")}, holder: unseen},
		{name: "root's listener on 127.0.0.1, low port, publish", want: publish(""), port: 205, given: []step{nginx("tcp4:127.0.0.1:{P}")}, holder: unseen},
		{name: "root's listener on [::] v6only, low port, publish on 192.0.2.1", want: publish("192.0.2.1"), port: 206, given: []step{nginx("tcp6:[::]:{P}")}},
		// Whether the connection's socket has SO_REUSEADDR, and so whether it is in the way, only trying would tell.
		{name: "root's client, low port, publish", want: publish(""), port: 207, given: []step{standin("mount.nfs", "connection", "192.0.2.1:{P}")}, unsure: true},
		{name: "remote port of root's client, low port, publish", want: publish(""), port: 208, given: []step{elsewhere, standin("curl", "dial", "192.0.2.2:{P}")}},
		{name: "root's socket, bound, not listening, low port, publish", want: publish(""), port: 209, given: []step{standin("conmon", "hold", "0.0.0.0:{P}")}, holder: bound, unsure: !showsBoundSockets()},
		{name: "root's socket, bound, not listening, high port, bind", want: bind(""), given: []step{standin("conmon", "hold", "0.0.0.0:{P}")}, holder: bound, says: says},
		{name: "root's UDP socket, low port, publish UDP", want: publish("").udp(), port: 210, given: []step{standin("dnsmasq", "serve", "udp::{P}")}, holder: unseen},
		{name: "root's UDP socket, low port, publish TCP", want: publish(""), port: 211, given: []step{standin("dnsmasq", "serve", "udp::{P}")}},
		{name: "own user's listener, bind", want: bind(""), given: []step{standinAs(lab.Nobody, "python3", "serve", "tcp::{P}")}, holder: process("python3")},
		{name: "privileged ports start at 0, low port, bind", want: bind(""), port: 212, given: []step{privilegedPortsStartAt("0")}},
		{name: "published container, engine refused, low port, publish", want: publish(""), port: 213, given: []step{rootsContainer}, holder: unseen},
		{name: "published container, engine refused, bind", want: bind(""), given: []step{rootsContainer}, holder: unseen},
		{name: "published container, member of the engine's group, publish", want: publish(""), port: 214, given: []step{rootsContainer, inEnginesGroup}, holder: container("web")},
	}
	for i := range all {
		all[i].name = "unprivileged: " + all[i].name
		all[i].on = proxied
		all[i].as = lab.Nobody
	}
	others := []situation{
		{name: "nothing there, low port", port: 215, says: []report.Code{report.PermissionDenied}},
		{name: "nothing there, high port"},
		{name: "listener, high port", given: []step{nginx("tcp::{P}")}, holder: process("nginx")},
		{name: "privileged ports start at 0, low port", port: 216, given: []step{privilegedPortsStartAt("0")}},
	}
	for i := range others {
		others[i].name = "root asks for another user: " + others[i].name
		others[i].on, others[i].want = proxied, bind("").by(lab.Nobody)
	}
	return append(all, others...)
}

func privilegedPortsStartAt(port string) step {
	return func(g *stage) {
		const key = "net.ipv4.ip_unprivileged_port_start"
		old, err := g.Sysctl(key, port)
		if err != nil {
			g.Fatal(err)
		}
		g.Cleanup(func() { g.Sysctl(key, old) })
	}
}

// inEnginesGroup lets the one who asks use the engine's socket.
func inEnginesGroup(g *stage) {
	group, err := g.need(g.engine).Group()
	if err != nil {
		g.Fatal(err)
	}
	g.as.Groups = append(g.as.Groups, group)
}
