package exam

import (
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// socketSituations are sockets that are no listeners, or listen in a way of their own.
func socketSituations() []situation {
	kernel := holder{kind: report.HolderKernel}
	unseen := holder{kind: report.HolderUnseen}
	conmon, says := process("conmon"), []report.Code(nil)
	if !showsBoundSockets() {
		conmon, says = holder{}, []report.Code{report.HolderNotSeen}
	}
	client := standin("curl", "connection", "192.0.2.1:{P}")
	clientOver := standin("curl", "connection", "-close", "192.0.2.1:{P}")
	bothModes := []situation{
		{name: "UDP bound", given: []step{standin("dnsmasq", "serve", "udp::{P}")}},
		{name: "bound, not listening", given: []step{standin("conmon", "hold", "[::]:{P}")}, holder: conmon, says: says},
		{name: "bound to one address, not listening", given: []step{standin("conmon", "hold", "127.0.0.1:{P}")}, holder: conmon, says: says},
		{name: "bound, not listening, SO_REUSEADDR", given: []step{standin("conmon", "hold", "-reuseaddr", "0.0.0.0:{P}")}},
		{name: "source port of an outgoing connection", given: []step{client}, holder: process("curl")},
		{name: "remote port of an outgoing connection", given: []step{elsewhere, standin("curl", "dial", "192.0.2.2:{P}")}},
		{name: "TIME_WAIT of a client", given: []step{clientOver}, holder: kernel},
		{name: "TIME_WAIT of a server", given: []step{standin("nginx", "connection", "-server", "-reuseaddr", "-close", "192.0.2.1:{P}")}},
		{name: "TIME_WAIT of a server without SO_REUSEADDR", given: []step{standin("nginx", "connection", "-server", "-close", "192.0.2.1:{P}")}, holder: kernel},
		{name: "connection that outlives its listener", given: []step{standin("nginx", "connection", "-server", "-reuseaddr", "192.0.2.1:{P}")}},
		{name: "connection that outlives its listener without SO_REUSEADDR", given: []step{standin("nginx", "connection", "-server", "192.0.2.1:{P}")}, holder: process("nginx")},
		{name: "SO_REUSEPORT of another user", given: []step{standinAs(lab.Somebody, "envoy", "hold", "-listen", "-reuseport", "0.0.0.0:{P}")}, holder: process("envoy")},
		{name: "bound to a device", given: []step{standin("dnsmasq", "hold", "-listen", "-reuseaddr", "-device", "lo", "0.0.0.0:{P}")}, holder: process("dnsmasq")},
		{name: "listening socket in flight", given: []step{standin("nginx", "inflight", "0.0.0.0:{P}")}, holder: unseen},
		{name: "listener in a unit's cgroup", given: []step{inUnit}, holder: holder{report.HolderUnit, "nginx.service"}},
	}
	var all []situation
	for _, s := range bothModes {
		s.on = proxied
		inMode := func(suffix string, w want) {
			s := s
			s.name, s.want = s.name+suffix, w
			all = append(all, s)
		}
		inMode(", bind", bind(""))
		inMode(", publish", publish(""))
	}
	shared := []report.Code{report.PortShared}
	sharing := func(user lab.User, words ...string) []step {
		return []step{standinAs(user, "envoy", append([]string{"hold", "-reuseaddr", "-reuseport"}, words...)...)}
	}
	for _, s := range []situation{
		{name: "nothing there", want: bind("").share(), silent: shared},
		{name: "the same user's", want: bind("").share(), given: sharing(lab.Root, "-listen", "0.0.0.0:{P}"), says: shared, named: []string{"envoy"}},
		{name: "the same user's that does not listen", want: bind("").share(), given: sharing(lab.Root, "0.0.0.0:{P}"), says: shared},
		{name: "another user's", want: bind("").share(), given: sharing(lab.Somebody, "-listen", "0.0.0.0:{P}"), holder: process("envoy")},
		{name: "asked for that user", want: bind("").by(lab.Nobody).share(), given: sharing(lab.Nobody, "-listen", "0.0.0.0:{P}"), says: shared},
		{name: "asked as that user", want: bind("").share(), as: lab.Somebody, given: sharing(lab.Somebody, "-listen", "0.0.0.0:{P}"), says: shared},
		{name: "one that does not share", want: bind("").share(), given: []step{nginx("tcp:0.0.0.0:{P}")}, holder: process("nginx")},
		{name: "another user's UDP", want: bind("").udp().share(), given: sharing(lab.Somebody, "-udp", "0.0.0.0:{P}"), says: shared},
		{name: "UDP that is not shared", want: bind("").udp().share(), given: []step{standin("dns", "hold", "-udp", "0.0.0.0:{P}")}, holder: process("dns")},
	} {
		s.name, s.on = "SO_REUSEPORT: "+s.name, proxied
		all = append(all, s)
	}
	return append(all,
		situation{name: "client at another address, bind 127.0.0.1", on: proxied, want: bind("127.0.0.1"), given: []step{client}},
		situation{name: "TIME_WAIT at another address, bind 127.0.0.1", on: proxied, want: bind("127.0.0.1"), given: []step{clientOver}},
		situation{name: "bound to a device, bind 192.0.2.1", on: proxied, want: bind("192.0.2.1"),
			given: []step{standin("dnsmasq", "hold", "-listen", "-reuseaddr", "-device", "lo", "0.0.0.0:{P}")}, holder: process("dnsmasq")},
		situation{name: "TCP listener, bind UDP", on: proxied, want: bind("").udp(), given: []step{nginx("tcp::{P}")}},
		situation{name: "TCP listener, publish UDP", on: proxied, want: publish("").udp(), given: []step{nginx("tcp::{P}")}},
		situation{name: "UDP bound, bind UDP", on: proxied, want: bind("").udp(),
			given: []step{standin("dnsmasq", "serve", "udp::{P}")}, holder: process("dnsmasq")},
		situation{name: "UDP bound, publish UDP", on: proxied, want: publish("").udp(),
			given: []step{standin("dnsmasq", "serve", "udp4:127.0.0.1:{P}")}, holder: process("dnsmasq")},
		situation{name: "UDP bound to another address, bind UDP", on: proxied, want: bind("192.0.2.1").udp(),
			given: []step{standin("dnsmasq", "serve", "udp4:127.0.0.1:{P}")}},
		situation{name: "UDP bound with SO_REUSEADDR, bind UDP", on: proxied, want: bind("").udp(),
			given: []step{standin("avahi", "hold", "-udp", "-reuseaddr", "0.0.0.0:{P}")}, holder: process("avahi")},
		situation{name: "UDP connected, bind UDP", on: proxied, want: bind("").udp(),
			given: []step{standin("resolver", "hold", "-udp", "-connect", "192.0.2.2:53", "0.0.0.0:{P}")}, holder: process("resolver")},
		situation{name: "UDP of the kernel, bind UDP", on: proxied, want: bind("").udp(), given: []step{vxlan}, holder: kernel},
	)
}

// showsBoundSockets says whether the kernel tells anybody about TCP sockets that are bound and do not listen: from Linux
// 6.8 on (commit 91051f003948).
func showsBoundSockets() bool {
	var name unix.Utsname
	var major, minor int
	if err := unix.Uname(&name); err != nil {
		return false
	}
	fmt.Sscanf(unix.ByteSliceToString(name.Release[:]), "%d.%d", &major, &minor)
	return major > 6 || major == 6 && minor >= 8
}

// inUnit listens in a cgroup as systemd makes it for a service.
func inUnit(g *stage) {
	g.needCgroups()
	g.Standin(g, lab.Process{Name: "nginx", Cgroup: "system.slice/nginx.service", Args: g.expandAll([]string{"serve", "tcp::{P}"})})
}

// vxlan makes a device whose UDP socket is the kernel's own.
func vxlan(g *stage) {
	device := g.expand("vx{P}")
	for _, args := range [][]string{
		{"link", "add", device, "type", "vxlan", "id", "7", "local", "192.0.2.1", "dstport", g.expand("{P}")},
		{"link", "set", device, "up"},
	} {
		out, status, err := g.output(g.Context(), append([]string{"ip"}, args...))
		if err != nil || status != 0 {
			g.Fatalf("ip %v: status %d, %v: %s", args, status, err, out)
		}
	}
}
