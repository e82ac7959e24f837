package exam

import (
	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// directSituations have an engine without docker-proxy: the daemon itself keeps the ports.
func directSituations() []situation { return withoutProxy(direct, "without docker-proxy") }

// nftSituations have one that writes rules of nftables instead of iptables', in tables of its own.
func nftSituations() []situation {
	return append(withoutProxy(nft, "rules of nftables"),
		situation{name: "rules of nftables: policy of forward, publish 0.0.0.0", on: nft, want: publish("0.0.0.0"), given: []step{filter("drop", "forward", "")},
			says: []report.Code{report.BlockedOutside}},
		situation{name: "rules of nftables: policy of input, publish 0.0.0.0", on: nft, want: publish("0.0.0.0"), given: []step{filter("drop", "input", "")},
			silent: []report.Code{report.BlockedOutside}},
		situation{name: "rules of nftables: redirect, publish", on: nft, want: publish("0.0.0.0"),
			given: []step{incoming("tcp dport {P} redirect to :1")}},
	)
}

func withoutProxy(on hostKind, called string) []situation {
	web := run(lab.Container{Name: "web", Image: "nginx:1.27", Publish: []string{"{P}:80"}})
	dns := run(lab.Container{Name: "dns", Image: "someone/other:1", Publish: []string{"{P}:53/udp"}, Args: []string{"udp::53"}})
	own := run(lab.Container{Name: "gpustack", Image: "gpustack/gpustack:v2.2.3", Publish: []string{"{P}:80"}})
	all := []situation{
		{name: "nothing there, publish", want: publish(""), reach: "some"}, // those who come by IPv4
		{name: "nothing there, publish on 192.0.2.1", want: publish("192.0.2.1"), reach: "open"},
		{name: "nothing there, publish on [::1]", want: publish("::1")},
		{name: "nothing there, publish on [2001:db8::1]", want: publish("2001:db8::1")},
		{name: "nothing there, publish on [::]", want: publish("::")},
		{name: "redirect of IPv6, publish", want: publish(""), given: []step{bareNAT("ip6", "prerouting", "tcp dport {P} redirect to :{P+1}")}, reach: "some"},
		{name: "dropped where addresses of IPv6 are translated, publish", want: publish(""), given: []step{bareNAT("ip6", "prerouting", "tcp dport {P} drop"), keepConnections("inet")}},
		{name: "not tracked, publish", want: publish("0.0.0.0"), given: []step{bareAt(-300, "ip", "prerouting", "accept", "tcp dport {P} notrack")},
			says: []report.Code{report.BlockedOutside}, named: []string{"notrack"}},
		{name: "not tracked by iptables, publish UDP", want: publish("192.0.2.1").udp(), says: []report.Code{report.BlockedOutside},
			given: []step{iptables("iptables", "-I", "PREROUTING", "-t", "raw", "-p", "udp", "-m", "multiport", "--dports", "1,{P}:{P+2}", "-j", "CT", "--notrack")}},
		{name: "another port is not tracked, publish", want: publish("0.0.0.0"), given: []step{bareAt(-300, "ip", "prerouting", "accept", "tcp dport {P+1} notrack")}},
		{name: "dropped as they come in by loopback, publish on 127.0.0.1", want: publish("127.0.0.1"), given: []step{bare("ip", "input", "accept", "tcp dport {P} reject")}, silent: []report.Code{report.BlockedOutside}},
		{name: "dropped as they go out by loopback, publish on 127.0.0.1", want: publish("127.0.0.1"), given: []step{bare("ip", "output", "accept", "tcp dport {P} reject")}, silent: []report.Code{report.BlockedOutside}},
		{name: "dropped before they are translated, publish on 127.0.0.1", want: publish("127.0.0.1"), given: []step{bareAt(-150, "ip", "output", "accept", "tcp dport {P} drop")}, says: []report.Code{report.BlockedOutside}},
		{name: "dropped on the way to the container, publish on 127.0.0.1", want: publish("127.0.0.1"), given: []step{bare("ip", "output", "accept", "oif lo tcp dport 80 drop")}, says: []report.Code{report.BlockedOutside}},
		{name: "dropped after routing on the way to the container, publish on 127.0.0.1", want: publish("127.0.0.1"), given: []step{bare("ip", "postrouting", "accept", "oif docker0 tcp dport 80 drop")}, says: []report.Code{report.BlockedOutside}},
		{name: "dropped at another device than they leave by first, publish on 127.0.0.1", want: publish("127.0.0.1"), given: []step{bare("ip", "output", "accept", "oif docker0 tcp dport 80 drop")}, silent: []report.Code{report.BlockedOutside}},
		{name: "sent to its own port before the engine's rule, publish UDP on 127.0.0.1", want: publish("127.0.0.1").udp(), given: []step{bareNATAt(-110, "ip", "output", "udp dport {P} redirect to :{P}")}, says: []report.Code{report.BlockedOutside}},
		{name: "sent to its own port before the engine's rule, publish", want: publish("0.0.0.0"), given: []step{bareNATAt(-110, "ip", "prerouting", "tcp dport {P} redirect to :{P}")}, says: []report.Code{report.BlockedOutside}},
		{name: "sent to its own port after the engine's rule, publish", want: publish("0.0.0.0"), given: []step{bareNATAt(-90, "ip", "prerouting", "tcp dport {P} redirect to :{P}")}, silent: []report.Code{report.BlockedOutside}},
		{name: "dropped by a chain that translates after routing, publish UDP on 127.0.0.1", want: publish("127.0.0.1").udp(),
			given: []step{bareNAT("inet", "postrouting", "meta l4proto { tcp, udp } drop")}, says: []report.Code{report.BlockedOutside}},
		{name: "the container's answers dropped, publish on 127.0.0.1", want: publish("127.0.0.1"), given: []step{bare("ip", "input", "accept", "iif docker0 tcp sport 80 drop")}, says: []report.Code{report.BlockedOutside}},
		{name: "answers to others than the host's port dropped, publish on 127.0.0.1", want: publish("127.0.0.1"), given: []step{bare("ip", "input", "accept", "tcp dport != { 22, {P} } drop")}, says: []report.Code{report.BlockedOutside}},
		{name: "address that the host lacks, publish", want: publish("198.51.100.7")},
		{name: "published container, publish", want: publish(""), given: []step{web}, holder: container("web")},
		{name: "published container, bind", want: bind(""), given: []step{web}, holder: container("web")},
		{name: "container that publishes UDP, publish UDP", want: publish("").udp(), given: []step{dns}, holder: container("dns")},
		{name: "listener on [::] v6only, publish", want: publish(""), given: []step{nginx("tcp6:[::]:{P}")}, holder: process("nginx")},
		{name: "listener on [::1], publish", want: publish(""), given: []step{nginx("tcp6:[::1]:{P}")}, holder: process("nginx")},
		{name: "listener on [::] v6only, publish on 192.0.2.1", want: publish("192.0.2.1"), given: []step{nginx("tcp6:[::]:{P}")}},
		{name: "listener on 127.0.0.1, publish", want: publish(""), given: []step{nginx("tcp4:127.0.0.1:{P}")}, holder: process("nginx")},
		{name: "bound, not listening, publish", want: publish(""), given: []step{standin("conmon", "hold", "0.0.0.0:{P}")}, holder: process("conmon")},
		{name: "range in a container's, publish", want: publish("").ports(3), holder: container("ray"),
			given: []step{run(lab.Container{Name: "ray", Image: "someone/other:1", Publish: []string{"{P}-{P+4}:80-84"}})}},
		{name: "gpustack, own running", want: gpustack(), given: []step{own}, own: "gpustack", state: "upgrade"},
		{name: "gpustack, somebody's container", want: gpustack(), given: []step{web}, state: "fresh", holder: container("web")},
	}
	first := []lab.Container{{Image: "someone/other:1", Publish: []string{"{P}:80"}}}
	all = append(all,
		situation{name: "another want of the same port on IPv6 alone, publish", want: asking("--publish {P}:80 [::1]:{P}", first, "192.0.2.1:{P}"), silent: []report.Code{report.DuplicatePort}})
	for i := range all {
		all[i].name = called + ": " + all[i].name
		all[i].on = on
	}
	return all
}
