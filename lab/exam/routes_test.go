package exam

import (
	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// routeSituations have routes, devices and settings that keep the peer out, or look as if they did: no rule of a filter is in its way.
func routeSituations() []situation {
	shut := []report.Code{report.BlockedOutside}
	all := []situation{
		{name: "rule for the answers of one of the ports, bind a range", want: bind("0.0.0.0").ports(3), given: []step{ipRule("", "ipproto", "tcp", "sport", "{P+1}", "unreachable")}, says: shut},
		{name: "rule for one of the container's ports, publish a range", want: publish("0.0.0.0").ports(3), given: []step{ipRule("", "ipproto", "tcp", "sport", "82", "unreachable")}, says: shut},
		{name: "rule for the answers of another port, bind a range", want: bind("0.0.0.0").ports(3), given: []step{ipRule("", "ipproto", "tcp", "sport", "{P+4}", "unreachable")}, silent: shut},
		{name: "rule for what comes by the device, blackhole, bind", want: bind(""), given: []step{ipRule("", "iif", "eth0", "blackhole"), ipRule("-6", "iif", "eth0", "blackhole")}, silent: shut},
		{name: "rule for what comes by the device, blackhole, publish", want: publish("0.0.0.0"), given: []step{ipRule("", "iif", "eth0", "blackhole")}, says: shut},
		{name: "rule for the peer's network, unreachable, bind", want: bind("0.0.0.0"), given: []step{ipRule("", "to", "192.0.2.0/24", "unreachable")}, says: shut, named: []string{"routes"}},
		{name: "rule for the peer's network, unreachable, bind UDP", want: bind("0.0.0.0").udp(), given: []step{ipRule("", "to", "192.0.2.0/24", "unreachable")}, says: shut},
		{name: "rule for the peer's network, unreachable, publish", want: publish("0.0.0.0"), given: []step{ipRule("", "to", "192.0.2.0/24", "unreachable")}, says: shut},
		{name: "rule for another network, unreachable, bind", want: bind("0.0.0.0"), given: []step{ipRule("", "to", "198.51.100.0/24", "unreachable")}, silent: shut},
		{name: "rule for the peer's network, unreachable, bind 127.0.0.1", want: bind("127.0.0.1"), given: []step{ipRule("", "to", "192.0.2.0/24", "unreachable")}, silent: shut},
		{name: "rule of IPv6 for the peer's network, prohibit, bind", want: bind(""), given: []step{ipRule("-6", "to", "2001:db8::/64", "prohibit")}, says: shut, named: []string{"2001:db8::1"}},
		{name: "rule of IPv6 for the peer's network, prohibit, bind 0.0.0.0", want: bind("0.0.0.0"), given: []step{ipRule("-6", "to", "2001:db8::/64", "prohibit")}, silent: shut},
		{name: "rule for the answers of the port, bind", want: bind("0.0.0.0"), given: []step{ipRule("", "ipproto", "tcp", "sport", "{P}", "blackhole")}, says: shut, advice: []string{"ipproto tcp sport "}},
		{name: "rule for the answers of another port, bind", want: bind("0.0.0.0"), given: []step{ipRule("", "ipproto", "tcp", "sport", "{P+1}", "blackhole")}, silent: shut},
		{name: "blackhole for the peer, bind", want: bind("0.0.0.0"), given: []step{ipRoute("blackhole", "192.0.2.2")}, says: shut},
		{name: "unreachable for the peer, bind", want: bind("0.0.0.0"), given: []step{ipRoute("unreachable", "192.0.2.2")}, says: shut},
		{name: "prohibit for the peer, publish", want: publish("0.0.0.0"), given: []step{ipRoute("prohibit", "192.0.2.2")}, says: shut},
		{name: "blackhole for another, bind", want: bind("0.0.0.0"), given: []step{ipRoute("blackhole", "192.0.2.9")}, silent: shut},
		{name: "blackhole of IPv6 for the peer, bind [::]", want: bind("::"), given: []step{ipRoute("-6", "blackhole", "2001:db8::2")}, says: shut},
		{name: "blackhole for the containers, publish", want: publish("0.0.0.0"), given: []step{ipRoute("blackhole", "172.17.0.0/17")}, says: shut},
		{name: "rule for the containers, unreachable, publish", want: publish("192.0.2.1"), given: []step{ipRule("", "to", "172.17.0.0/16", "unreachable")}, says: shut},
		{name: "rule for what the host itself sends, blackhole, publish", want: publish(""), given: []step{ipRule("", "iif", "lo", "blackhole")},
			says: shut, named: []string{"proxy", "2001:db8::1"}, advice: []string{"ip route get 172.17.0.2"}},
		{name: "rule for what the host itself sends, unreachable, publish UDP", want: publish("").udp(), given: []step{ipRule("", "iif", "lo", "unreachable")}, says: shut, named: []string{"proxy"}},
		{name: "rule for what the host itself sends, prohibit, publish on 127.0.0.1", want: publish("127.0.0.1"), given: []step{ipRule("", "iif", "lo", "prohibit")}, says: shut, named: []string{"proxy"}},
		{name: "rule for what the host itself sends, blackhole, publish 0.0.0.0", want: publish("0.0.0.0"), given: []step{ipRule("", "iif", "lo", "blackhole")}, silent: shut},
		{name: "rule of IPv6 for what the host itself sends, blackhole, publish 0.0.0.0", want: publish("0.0.0.0"), given: []step{ipRule("-6", "iif", "lo", "blackhole")}, silent: shut},
		{name: "the peer is behind another device, and reverse paths are filtered, bind", want: bind("0.0.0.0"),
			given: []step{setting("net.ipv4.conf.eth0.rp_filter", "1"), ipRoute("192.0.2.2", "dev", "docker0")}, says: shut},
		{name: "the peer is behind another device, bind", want: bind("0.0.0.0"), unsure: true,
			given: []step{setting("net.ipv4.conf.eth0.rp_filter", "0"), setting("net.ipv4.conf.all.rp_filter", "0"), ipRoute("192.0.2.2", "dev", "docker0")}, says: shut},
		{name: "reverse paths are filtered, bind", want: bind("0.0.0.0"), given: []step{setting("net.ipv4.conf.eth0.rp_filter", "1")}, silent: shut},
		{name: "ARP is switched off, bind", want: bind("0.0.0.0"), given: []step{device("arp", "off", "on"), strangers}, says: shut},
		{name: "ARP is switched off, publish", want: publish("0.0.0.0"), given: []step{device("arp", "off", "on"), strangers}, says: shut},
		{name: "ARP is switched off, bind 127.0.0.1", want: bind("127.0.0.1"), given: []step{device("arp", "off", "on"), strangers}, silent: shut},
		{name: "ARP is not answered, bind", want: bind("0.0.0.0"), given: []step{setting("net.ipv4.conf.all.arp_ignore", "8"), strangers}, says: shut},
		{name: "ARP is answered at the device alone, bind", want: bind("0.0.0.0"), given: []step{setting("net.ipv4.conf.all.arp_ignore", "1"), strangers}, silent: shut},
		{name: "ARP is answered to the network alone, bind", want: bind("0.0.0.0"), given: []step{setting("net.ipv4.conf.eth0.arp_ignore", "2"), strangers}, silent: shut},
		{name: "the device is down, bind 0.0.0.0", want: bind("0.0.0.0"), given: []step{deviceDown}, says: shut, named: []string{"eth0"}},
		{name: "the device is down, bind 192.0.2.1", want: bind("192.0.2.1"), given: []step{deviceDown}, says: shut},
		{name: "the device is down, publish", want: publish("0.0.0.0"), given: []step{deviceDown}, says: shut},
		{name: "the device is down, bind 127.0.0.1", want: bind("127.0.0.1"), given: []step{deviceDown}, silent: shut},
		{name: "the cable is out, bind 0.0.0.0", want: bind("0.0.0.0"), given: []step{cableOut}, says: shut, named: []string{"eth0"}},
		{name: "nothing is forwarded any more, publish", want: publish("0.0.0.0"), given: []step{setting("net.ipv4.ip_forward", "0")}, says: shut},
		{name: "nothing is forwarded any more, bind", want: bind("0.0.0.0"), given: []step{setting("net.ipv4.ip_forward", "0")}, silent: shut},

		{name: "an address that may move here, bind", want: bind("192.0.2.77"), given: []step{setting("net.ipv4.ip_nonlocal_bind", "1")}, says: shut, named: []string{"192.0.2.77"}},
		{name: "an address that may move here, bind UDP", want: bind("192.0.2.77").udp(), given: []step{setting("net.ipv4.ip_nonlocal_bind", "1")}, says: shut},
		{name: "an address that may move here, publish", want: publish("192.0.2.77"), given: []step{setting("net.ipv4.ip_nonlocal_bind", "1")}, says: shut},
		{name: "an address of IPv6 that may move here, bind", want: bind("2001:db8::77"), given: []step{setting("net.ipv6.ip_nonlocal_bind", "1")}, says: shut},
		{name: "an address that may move here and is here, bind", want: bind("192.0.2.1"), given: []step{setting("net.ipv4.ip_nonlocal_bind", "1")}, silent: shut},
		{name: "addresses that a route makes the host's, bind 127.7.0.1", want: bind("127.7.0.1"), silent: shut},
		{name: "link-local without a device, bind", want: bind("fe80::1"), says: []report.Code{report.AddressUnavailable}, named: []string{"%eth0"}},
		{name: "link-local of the host without its device, bind UDP", want: bind("fe80::1").udp(), given: []step{linkLocal}, says: []report.Code{report.AddressUnavailable}},
	}
	for i := range all {
		all[i].name = "routes: " + all[i].name
		all[i].on = proxied
	}
	return all
}

// ipRule adds a rule of routing, of IPv6 with "-6", after the one for the host's own addresses.
func ipRule(family string, words ...string) step {
	return func(g *stage) {
		command := []string{"ip"}
		if family != "" {
			command = append(command, family)
		}
		rule := g.expandAll(words)
		g.command(append(append(command[:len(command):len(command)], "rule", "add"), rule...)...)
		g.Cleanup(func() { g.command(append(append(command[:len(command):len(command)], "rule", "del"), rule...)...) })
	}
}

// ipRoute adds a route, of IPv6 with "-6" first.
func ipRoute(words ...string) step {
	return func(g *stage) {
		command := []string{"ip"}
		if words[0] == "-6" {
			command, words = append(command, "-6"), words[1:]
		}
		g.command(append(append(command[:len(command):len(command)], "route", "add"), words...)...)
		g.Cleanup(func() { g.command(append(append(command[:len(command):len(command)], "route", "del"), words...)...) })
	}
}

// setting sets one of the kernel's for networks.
func setting(key, value string) step {
	return func(g *stage) {
		was, err := g.Sysctl(key, value)
		if err != nil {
			g.Fatal(err)
		}
		g.Cleanup(func() {
			g.Sysctl(key, was)
			forgetNeighbours(g)
		})
	}
}

// device sets something of the host's device, and sets it back.
func device(what, value, was string) step {
	return func(g *stage) {
		g.command("ip", "link", "set", "dev", "eth0", what, value)
		g.Cleanup(func() {
			g.command("ip", "link", "set", "dev", "eth0", what, was)
			forgetNeighbours(g)
		})
	}
}

// deviceDown switches the host's device off. It loses its addresses of IPv6, which come back with it.
func deviceDown(g *stage) {
	g.command("ip", "link", "set", "dev", "eth0", "down")
	g.Cleanup(func() {
		g.command("ip", "link", "set", "dev", "eth0", "up")
		g.command("ip", "address", "replace", lab.Addr6.String()+"/64", "dev", "eth0", "nodad")
		forgetNeighbours(g)
	})
}

// cableOut switches the other end of the host's device off.
func cableOut(g *stage) {
	g.command("ip", "-n", g.Peer.Name, "link", "set", "dev", "eth0", "down")
	g.Cleanup(func() {
		g.command("ip", "-n", g.Peer.Name, "link", "set", "dev", "eth0", "up")
		g.command("ip", "-n", g.Peer.Name, "address", "replace", lab.PeerAddr6.String()+"/64", "dev", "eth0", "nodad")
		forgetNeighbours(g)
	})
}

// forgetNeighbours makes both ends ask anew for each other: who was asked for in vain is not reached for a while.
func forgetNeighbours(g *stage) {
	g.command("ip", "neigh", "flush", "dev", "eth0")
	g.command("ip", "-n", g.Peer.Name, "neigh", "flush", "dev", "eth0")
}

func linkLocal(g *stage) {
	g.command("ip", "address", "add", "fe80::1/64", "dev", "eth0", "nodad")
	g.Cleanup(func() { g.command("ip", "address", "del", "fe80::1/64", "dev", "eth0") })
}
