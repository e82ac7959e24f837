package exam

import (
	"strings"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// linkSituations have addresses and devices in states in which nobody gets to a port by them, or in which it looks so.
func linkSituations() []situation {
	shut := []report.Code{report.BlockedOutside}
	bridged := commandsStep([]string{"ip link add brx type bridge", "ip link set brx up", "ip link set eth0 master brx"}, []string{"ip link set eth0 nomaster", "ip link del brx"})
	moved := commandsStep([]string{"ip link add brx type bridge", "ip link set brx up", "ip link set eth0 master brx", "ip address del 192.0.2.1/24 dev eth0", "ip address add 192.0.2.1/24 dev brx"},
		[]string{"ip link set eth0 nomaster", "ip link del brx", "ip address add 192.0.2.1/24 dev eth0"})
	second6 := commandsStep([]string{"ip address add 2001:db8::77/64 dev eth0 nodad"}, []string{"ip address del 2001:db8::77/64 dev eth0"})
	alone := commandsStep([]string{"ip address del 192.0.2.1/24 dev eth0", "ip address add 192.0.2.1/32 dev eth0"},
		[]string{"ip address add 192.0.2.1/24 dev eth0", "ip address del 192.0.2.1/32 dev eth0"})
	lo := commandsStep([]string{"ip link set lo down"}, []string{"ip link set lo up"})
	down0 := commandsStep([]string{"ip link set docker0 down"}, []string{"ip link set docker0 up"})
	all := []situation{
		{name: "the device is in a bridge, bind 0.0.0.0", want: bind("0.0.0.0"), given: []step{bridged, strangers}, says: shut, named: []string{"brx"}},
		{name: "the device is in a bridge, bind", want: bind(""), given: []step{bridged, strangers}, says: shut},
		{name: "the device is in a bridge, bind UDP", want: bind("192.0.2.1").udp(), given: []step{bridged, strangers}, says: shut},
		{name: "the device is in a bridge, bind [2001:db8::1]", want: bind("2001:db8::1"), given: []step{bridged, strangers}, says: shut},
		{name: "the device is in a bridge, publish", want: publish("0.0.0.0"), given: []step{bridged, strangers}, says: shut},
		{name: "the device is in a bridge, bind 127.0.0.1", want: bind("127.0.0.1"), given: []step{bridged, strangers}, silent: shut},
		{name: "the device is in a bridge that has its address, bind 0.0.0.0", want: bind("0.0.0.0"), given: []step{moved, strangers}, silent: shut},
		{name: "the device is in a bridge that has its address, publish", want: publish("0.0.0.0"), given: []step{moved, strangers}, silent: shut},

		{name: "a second address of IPv6, publish UDP", want: publish("").udp(), given: []step{second6}, says: shut, unsure: true, named: []string{"2001:db8::77"}},
		{name: "a second address of IPv6, publish UDP on [2001:db8::1]", want: publish("2001:db8::1").udp(), given: []step{second6}, silent: shut},
		{name: "a second address of IPv6, publish UDP on 0.0.0.0", want: publish("0.0.0.0").udp(), given: []step{second6}, silent: shut},
		{name: "a second address of IPv6, publish", want: publish(""), given: []step{second6}, silent: shut},
		{name: "a second address of IPv6, deprecated, publish UDP", want: publish("").udp(), unsure: true, given: []step{
			commandsStep([]string{"ip address add 2001:db8::77/64 dev eth0 nodad preferred_lft 0"}, []string{"ip address del 2001:db8::77/64 dev eth0"})}},
		{name: "the address has no network, bind 0.0.0.0", want: bind("0.0.0.0"), given: []step{alone}, says: shut},
		{name: "the address has no network, bind UDP", want: bind("192.0.2.1").udp(), given: []step{alone}, says: shut},
		{name: "the address has no network, publish", want: publish("0.0.0.0"), given: []step{alone}, says: shut},
		{name: "the address has no network, bind 127.0.0.1", want: bind("127.0.0.1"), given: []step{alone}, silent: shut},
		{name: "the address has no network, and a route leads to one, bind", want: bind("0.0.0.0"), given: []step{alone, ipRoute("192.0.2.0/24", "dev", "eth0")}, silent: shut},
		{name: "the address has no network, and a route leads to the router alone, publish", want: publish("0.0.0.0"), given: []step{alone, ipRoute("192.0.2.2", "dev", "eth0")}, silent: shut},
		{name: "packets for containers leave by another device, publish", want: publish("0.0.0.0"), says: shut, named: []string{"docker0"},
			given: []step{ipRoute("default", "via", "192.0.2.2", "table", "77"), ipRule("", "not", "fwmark", "5", "table", "77")}},
		{name: "packets for containers leave by another device, bind", want: bind("0.0.0.0"), silent: shut,
			given: []step{ipRoute("default", "via", "192.0.2.2", "table", "77"), ipRule("", "not", "fwmark", "5", "table", "77")}},
		{name: "another table has a way out as well, publish", want: publish("0.0.0.0"), silent: shut,
			given: []step{ipRoute("default", "via", "192.0.2.2", "table", "77"), ipRule("", "fwmark", "5", "table", "77")}},

		{name: "of a group, bind UDP", want: heldOnly(bind("224.0.0.251").udp()), silent: shut},
		{name: "of a group, held, bind UDP", want: heldOnly(bind("224.0.0.251").udp()), given: []step{standin("avahi", "hold", "-udp", "0.0.0.0:{P}")}, holder: process("avahi"), silent: shut},
		{name: "of all on the network, bind UDP", want: heldOnly(bind("192.0.2.255").udp()), silent: shut},
		{name: "a device that is not there, bind", want: bind("fe80::1%wlan7"), says: []report.Code{report.AddressUnavailable}},
		{name: "loopback is down, bind 127.0.0.1", want: bind("127.0.0.1"), given: []step{lo}, says: shut, named: []string{"device lo"}},
		{name: "loopback is down, bind UDP on 127.9.9.9", want: bind("127.9.9.9").udp(), given: []step{lo}, says: shut},
		{name: "loopback is down, bind 0.0.0.0", want: bind("0.0.0.0"), given: []step{lo}, silent: shut},
		{name: "Docker's bridge is down, publish", want: publish("0.0.0.0"), given: []step{down0}, says: shut},
		{name: "Docker's bridge is down, publish on [::]", want: publish("::"), given: []step{down0}, says: shut, named: []string{"proxy"}},
		{name: "Docker's bridge is down, publish on 127.0.0.1", want: publish("127.0.0.1"), given: []step{down0}, says: shut},
		{name: "Docker's bridge is down, publish on [::1]", want: publish("::1"), given: []step{down0}, says: shut},
		{name: "Docker's bridge is down, bind", want: bind(""), given: []step{down0}, silent: shut},
		{name: "blackhole for the containers, publish on [::]", want: publish("::"), given: []step{ipRoute("blackhole", "172.17.0.0/17")}, says: shut},
		{name: "packets for containers leave by another device, publish on [::]", want: publish("::"), says: shut, named: []string{"docker0"},
			given: []step{ipRoute("default", "via", "192.0.2.2", "table", "77"), ipRule("", "not", "fwmark", "5", "table", "77")}},
	}
	for i := range all {
		all[i].name = "devices: " + all[i].name
		all[i].on = proxied
	}
	return all
}

// heldOnly is a want at an address of many, which is had when it is bound: no single client asks it.
func heldOnly(w want) want { w.group = true; return w }

// markSituations have conditions on what a new connection does not have yet, or on the device that it comes by.
func markSituations() []situation {
	taken, shut := holder{kind: report.HolderRule}, []report.Code{report.BlockedOutside}
	all := []situation{
		{name: "a connection without a mark is redirected, bind", want: bind(""), given: []step{incoming("ct mark 0 tcp dport {P} redirect to :{P+1}")}, holder: taken},
		{name: "a connection with a mark is redirected, bind", want: bind(""), given: []step{incoming("ct mark 7 tcp dport {P} redirect to :{P+1}")}},
		{name: "a connection without a mark is dropped, bind", want: bind(""), given: []step{filter("accept", "input", "ct mark 0 tcp dport {P} drop")}, says: shut},
		{name: "a connection with a mark is dropped, bind", want: bind(""), given: []step{filter("accept", "input", "ct mark 7 tcp dport {P} drop")}, silent: shut},
		{name: "a connection that was marked before is let in, bind", want: bind("0.0.0.0"), unsure: true, given: []step{
			bareAt(-150, "ip", "prerouting", "accept", "tcp dport {P} ct mark set 7"), filter("accept", "input", "ct mark != 7 tcp dport {P} drop")}},
		{name: "devices of the first group, redirect, bind", want: bind(""), given: []step{incoming("iifgroup 0 tcp dport {P} redirect to :{P+1}")}, holder: taken},
		{name: "devices of another group, redirect, bind", want: bind(""), given: []step{incoming("iifgroup 9 tcp dport {P} redirect to :{P+1}")}},
		{name: "the device is in another group, dropped, bind", want: bind("0.0.0.0"), says: shut, given: []step{
			commandsStep([]string{"ip link set eth0 group 9"}, []string{"ip link set eth0 group 0"}), filter("accept", "input", "iifgroup 9 tcp dport {P} drop")}},
	}
	for _, program := range []string{"iptables", "iptables-legacy"} {
		to := func(words string) step {
			return iptables(program, strings.Fields("-t nat -I PREROUTING -p tcp --dport {P} "+words+" -j REDIRECT --to-ports {P+1}")...)
		}
		drop := func(words string) step {
			return iptables(program, strings.Fields("-t filter -I INPUT -p tcp --dport {P} "+words+" -j DROP")...)
		}
		for _, s := range []situation{
			{name: "connmark of none, redirect, bind", want: bind("0.0.0.0"), given: []step{to("-m connmark --mark 0")}, holder: taken},
			{name: "connmark, redirect, bind", want: bind("0.0.0.0"), given: []step{to("-m connmark --mark 7")}},
			{name: "connmark of none, dropped, bind", want: bind("0.0.0.0"), given: []step{drop("-m connmark --mark 0")}, says: shut},
			{name: "connmark, dropped, bind", want: bind("0.0.0.0"), given: []step{drop("-m connmark ! --mark 0/0xff")}, silent: shut},
			{name: "pkttype unicast, dropped, bind", want: bind("0.0.0.0"), given: []step{drop("-m pkttype --pkt-type unicast")}, says: shut},
			{name: "pkttype broadcast, dropped, bind", want: bind("0.0.0.0"), given: []step{drop("-m pkttype --pkt-type broadcast")}, silent: shut},
			{name: "group of devices, dropped, bind", want: bind("0.0.0.0"), given: []step{drop("-m devgroup --src-group 0")}, says: shut},
			{name: "another group of devices, dropped, bind", want: bind("0.0.0.0"), given: []step{drop("-m devgroup --src-group 9")}, silent: shut},
			{name: "range of destinations, redirect, bind", want: bind("0.0.0.0"), given: []step{to("-m iprange --dst-range 192.0.2.1-192.0.2.9")}, holder: taken},
			{name: "range of other destinations, redirect, bind", want: bind("0.0.0.0"), given: []step{to("-m iprange --dst-range 192.0.2.2-192.0.2.9")}},
			{name: "range of destinations, dropped, bind", want: bind("0.0.0.0"), given: []step{drop("-m iprange --dst-range 192.0.2.1-192.0.2.1")}, says: shut},
			{name: "all but a range of destinations, dropped, bind", want: bind("0.0.0.0"), given: []step{drop("-m iprange ! --dst-range 192.0.2.1-192.0.2.1")}, silent: shut},
		} {
			s.name = program + ", " + s.name
			all = append(all, s)
		}
	}
	all = append(all,
		situation{name: "the host's own packets to its bridge are redirected, bind", want: bind("0.0.0.0"), says: []report.Code{report.Redirected},
			given: []step{outgoing("ip daddr 172.17.0.1 tcp dport {P} redirect to :{P+1}")}},
		situation{name: "what leaves by loopback, dropped, bind UDP on 127.0.0.1", want: bind("127.0.0.1").udp(), given: []step{bare("inet", "postrouting", "accept", "meta iiftype loopback udp dport {P} drop")}, says: shut},
		situation{name: "answers that came by no device of that kind, dropped, bind", want: bind("0.0.0.0"), given: []step{bare("inet", "postrouting", "accept", "meta iiftype ether tcp sport {P} drop")}, says: shut},
		situation{name: "the version of IP, dropped, bind", want: bind("0.0.0.0"), given: []step{filter("accept", "input", "ip version 4 tcp dport {P} drop")}, says: shut},
		situation{name: "the host's own packets are redirected but for its network, publish UDP", want: publish("0.0.0.0").udp(), says: []report.Code{report.Redirected},
			given: []step{iptables("iptables-legacy", strings.Fields("-t nat -I OUTPUT -p udp --dport {P} ! -s 192.0.2.0/24 -j REDIRECT --to-ports {P+1}")...)}})
	for i := range all {
		all[i].name = "marks and groups: " + all[i].name
		all[i].on = proxied
	}
	return all
}

// commandsStep runs commands of the host, and others at the end.
func commandsStep(do, undo []string) step {
	return func(g *stage) {
		g.Cleanup(func() {
			for _, line := range undo {
				g.command(strings.Fields(g.expand(line))...)
			}
			g.command("ip", "address", "replace", lab.Addr6.String()+"/64", "dev", "eth0", "nodad")
			forgetNeighbours(g)
		})
		for _, line := range do {
			g.command(strings.Fields(g.expand(line))...)
		}
	}
}
