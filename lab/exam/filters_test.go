package exam

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/safeport/safeport/report"
)

// filterSituations have filters between the peer and the port, or look as if they had. To be kept out is as good as not to
// have the port: the truth is what the peer gets.
func filterSituations() []situation {
	shut, unread := []report.Code{report.BlockedOutside}, []report.Code{report.SourceFailed}
	docker := func(words ...string) step {
		return iptables("iptables", append([]string{"-t", "filter", "-I", "DOCKER-USER", "-p", "tcp"}, words...)...)
	}
	all := []situation{
		{name: "policy, bind", want: bind(""), given: []step{filter("drop", "input", "")}, says: shut, named: []string{"the policy of chain inet exam"}},
		{name: "policy, bind UDP", want: bind("").udp(), given: []step{filter("drop", "input", "")}, says: shut},
		{name: "policy, bind 127.0.0.1", want: bind("127.0.0.1"), given: []step{filter("drop", "input", "")}, silent: shut},
		{name: "rejected on lo, bind 127.0.0.1", want: bind("127.0.0.1"), given: []step{bare("inet", "input", "accept", "iif lo tcp dport {P} reject")}, says: shut, named: []string{"this host can't connect"}},
		{name: "dropped on lo, bind [::1]", want: bind("::1"), given: []step{bare("inet", "postrouting", "accept", "oif lo tcp dport {P} drop")}, says: shut},
		{name: "dropped on lo, of another port, bind 127.0.0.1", want: bind("127.0.0.1"), given: []step{bare("inet", "input", "accept", "iif lo tcp dport {P+1} drop")}, silent: shut},
		{name: "policy, the port let in, bind", want: bind(""), given: []step{filter("drop", "input", "tcp dport {P} accept")}, silent: shut},
		{name: "policy, the port let in on lo, bind", want: bind(""), given: []step{filter("drop", "input", "iif lo tcp dport {P} accept")}, says: shut},
		{name: "policy, the port let in by IPv4, bind", want: bind(""), given: []step{filter("drop", "input", "ip daddr 192.0.2.1 tcp dport {P} accept")},
			says: shut, named: []string{"2001:db8::1"}},
		{name: "policy, the port let in by IPv4, bind 0.0.0.0", want: bind("0.0.0.0"), given: []step{filter("drop", "input", "ip daddr 192.0.2.1 tcp dport {P} accept")}, silent: shut},
		{name: "policy, the network let in, bind", want: bind("0.0.0.0"), given: []step{filter("drop", "input", "ip saddr 192.0.2.0/24 accept")}, says: shut, unsure: true},
		{name: "policy, another network let in, bind", want: bind("0.0.0.0"), given: []step{filter("drop", "input", "ip saddr 198.51.100.0/24 accept")}, says: shut, unsure: true},
		{name: "rejected, bind", want: bind(""), given: []step{filter("accept", "input", "tcp dport {P} reject")}, says: shut},
		{name: "rejected, of other clients, bind", want: bind(""), given: []step{filter("accept", "input", "ip saddr 198.51.100.7 reject")}, says: shut},
		{name: "rejected, on another device, bind", want: bind(""), given: []step{filter("accept", "input", "iifname wlan0 tcp dport {P} reject")}, silent: shut},
		{name: "dropped before routing, bind", want: bind(""), given: []step{filter("accept", "prerouting", "tcp dport {P} drop")}, says: shut},
		{name: "dropped where addresses are translated, bind", want: bind("0.0.0.0"), given: []step{incoming("tcp dport {P} drop")}, says: shut},
		{name: "dropped where addresses are translated, UDP, bind UDP", want: bind("0.0.0.0").udp(), given: []step{incoming("udp dport {P} drop")}, says: shut},
		{name: "dropped where addresses of IPv6 are translated, bind", want: bind("::"), given: []step{bareNAT("ip6", "prerouting", "tcp dport {P} drop")}, silent: shut},
		{name: "dropped where addresses of IPv6 are translated, connections kept, bind", want: bind("::"), given: []step{
			bareNAT("ip6", "prerouting", "tcp dport {P} drop"), keepConnections("inet")}, says: shut},
		{name: "dropped where addresses of IPv6 are translated, those of IPv4 kept, bind", want: bind("::"), given: []step{
			bareNAT("ip6", "prerouting", "tcp dport {P} drop"), keepConnections("ip")}, silent: shut},
		{name: "dropped where addresses are translated, after Docker's rules, publish", want: publish("0.0.0.0"), given: []step{rulesAt("prerouting", -90, "tcp dport {P} drop")}, silent: shut},
		{name: "dropped where addresses are translated, before Docker's rules, publish", want: publish("0.0.0.0"), given: []step{rulesAt("prerouting", -110, "tcp dport {P} drop")}, says: shut},
		{name: "dropped where sources are translated, publish", want: publish("0.0.0.0"), given: []step{rulesAt("postrouting", 90, "tcp dport 80 drop")}, says: shut},
		{name: "dropped after routing, publish", want: publish("0.0.0.0"), given: []step{bare("ip", "postrouting", "accept", "tcp dport 80 drop")}, says: shut},
		{name: "not tracked, dropped, bind", want: bind("0.0.0.0"), given: []step{
			bareAt(-300, "ip", "prerouting", "accept", "tcp dport {P} notrack"), filter("accept", "input", "ct state untracked tcp dport {P} drop")}, says: shut},
		{name: "not tracked, publish", want: publish("0.0.0.0"), given: []step{bareAt(-300, "ip", "prerouting", "accept", "tcp dport {P} notrack")}, silent: shut},
		{name: "not tracked, publish UDP", want: publish("192.0.2.1").udp(), given: []step{bareAt(-300, "ip", "prerouting", "accept", "udp dport {P} notrack")}},
		{name: "not tracked, publish UDP on all", want: publish("0.0.0.0").udp(), given: []step{bareAt(-300, "ip", "prerouting", "accept", "udp dport {P} notrack")}},
		{name: "not tracked, and routes keep the proxy's answers, publish", want: publish("0.0.0.0"), given: []step{
			bareAt(-300, "ip", "prerouting", "accept", "tcp dport {P} notrack"), ipRule("", "ipproto", "tcp", "sport", "{P}", "unreachable")}, says: shut},
		{name: "routes keep what has the port as its source, publish", want: publish("0.0.0.0"), given: []step{ipRule("", "ipproto", "tcp", "sport", "{P}", "unreachable")}},
		{name: "answers dropped as they come in by loopback, bind 127.0.0.1", want: bind("127.0.0.1"), given: []step{bare("ip", "input", "accept", "tcp sport {P} reject")}, says: shut},
		{name: "dropped as they come in by loopback, publish on 127.0.0.1", want: publish("127.0.0.1"), given: []step{bare("ip", "input", "accept", "tcp dport {P} reject")}, says: shut},
		{name: "the network's clients dropped, bind UDP", want: bind("0.0.0.0").udp(), given: []step{bare("ip", "input", "accept", "ip saddr 192.0.2.0/24 meta l4proto udp drop")}, says: shut, unsure: true},
		{name: "other clients dropped, bind UDP", want: bind("0.0.0.0").udp(), given: []step{bare("ip", "input", "accept", "ip saddr 198.51.100.0/24 meta l4proto udp drop")}},
		{name: "some of the network's clients dropped, bind", want: bind("0.0.0.0"), given: []step{bare("ip", "input", "accept", "ip saddr 192.0.2.128/25 drop")}},
		{name: "policy of forward, bind", want: bind(""), given: []step{filter("drop", "forward", "")}, silent: shut},
		{name: "iptables policy, bind", want: bind("0.0.0.0"), given: []step{policy("iptables", "INPUT")}, says: shut, named: []string{"ip filter INPUT"}},
		{name: "iptables policy, the port let in, bind", want: bind("0.0.0.0"), given: []step{
			iptables("iptables", "-t", "filter", "-A", "INPUT", "-p", "tcp", "--dport", "{P}", "-j", "ACCEPT"), policy("iptables", "INPUT")}, silent: shut},
		{name: "iptables-legacy policy, bind", want: bind("0.0.0.0"), given: []step{policy("iptables-legacy", "INPUT")}, says: shut, named: []string{"iptables-legacy"}},
		{name: "ufw, bind", want: bind(""), given: []step{ufw()}, says: shut, named: []string{"ufw"}},
		{name: "ufw, the port let in, bind", want: bind(""), given: []step{ufw("allow", "{P}/tcp")}, silent: shut},
		{name: "firewalld, bind", want: bind(""), given: []step{firewalld()}, says: shut, named: []string{"firewalld"}},
		{name: "firewalld, the port let in, bind", want: bind(""), given: []step{firewalld("--add-port={P}/tcp")}, silent: shut},

		{name: "at the device, bind", want: bind(""), given: []step{bare("netdev", "ingress device eth0", "accept", "tcp dport {P} drop")}, says: shut, named: []string{"netdev exam"}},
		{name: "at the device, bind UDP", want: bind("").udp(), given: []step{bare("netdev", "ingress device eth0", "accept", "udp dport {P} drop")}, says: shut},
		{name: "at the device, publish", want: publish(""), given: []step{bare("netdev", "ingress device eth0", "accept", "tcp dport {P} drop")}, says: shut},
		{name: "at the device, another port, bind", want: bind(""), given: []step{bare("netdev", "ingress device eth0", "accept", "tcp dport {P+1} drop")}, silent: shut},
		{name: "at the device, another port, publish", want: publish(""), given: []step{bare("netdev", "ingress device eth0", "accept", "tcp dport 80 drop")}, silent: shut},
		{name: "at another device, bind", want: bind(""), given: []step{bare("netdev", "ingress device lo", "accept", "tcp dport {P} drop")}, silent: shut},
		{name: "at the device, another protocol of frames, bind", want: bind(""), given: []step{bare("netdev", "ingress device eth0", "accept", "vlan id 5 drop")}, silent: shut},
		{name: "at the device, frames of IPv6, bind", want: bind(""), given: []step{bare("netdev", "ingress device eth0", "accept", "ether type ip6 tcp dport {P} drop")},
			says: shut, named: []string{"2001:db8::1"}},
		{name: "at the device, frames from others, bind", want: bind("0.0.0.0"), given: []step{bare("netdev", "ingress device eth0", "accept", "ether saddr 02:00:00:00:00:09 drop")}, says: shut},
		{name: "at the device, out by it again, bind", want: bind(""), given: []step{bare("netdev", "ingress device eth0", "accept", "tcp dport {P} fwd to eth0")}, says: shut},
		{name: "at the device, inet, bind", want: bind(""), given: []step{bare("inet", "ingress device eth0", "accept", "tcp dport {P} drop")}, says: shut},
		{name: "at the device, inet, publish", want: publish(""), given: []step{bare("inet", "ingress device eth0", "accept", "tcp dport {P} drop")}, says: shut},
		{name: "at the device, inet, untracked, bind", want: bind(""), given: []step{bare("inet", "ingress device eth0", "accept", "ct state invalid tcp dport {P} drop")}, says: shut},
		{name: "at the device, inet, new, bind", want: bind(""), given: []step{bare("inet", "ingress device eth0", "accept", "ct state new tcp dport {P} drop")}, silent: shut},
		{name: "out of the device, bind", want: bind(""), given: []step{bare("netdev", "egress device eth0", "accept", "tcp sport {P} drop")}, says: shut},
		{name: "out of the device, publish", want: publish(""), given: []step{bare("netdev", "egress device eth0", "accept", "tcp sport {P} drop")}, says: shut},

		{name: "at the device, ARP, bind", want: bind("0.0.0.0"), given: []step{bare("netdev", "ingress device eth0", "accept", "arp operation request drop"), strangers}, says: shut, named: []string{"ARP"}},
		{name: "at the device, ARP, publish", want: publish("0.0.0.0"), given: []step{bare("netdev", "ingress device eth0", "accept", "meta protocol arp drop"), strangers}, says: shut},
		{name: "policy at the device, the port let in, bind", want: bind(""), given: []step{bare("netdev", "ingress device eth0", "drop", "tcp dport {P} accept"), strangers}, says: shut},
		{name: "policy at the device, the port and neighbours let in, bind", want: bind(""),
			given: []step{bare("netdev", "ingress device eth0", "drop", "tcp dport {P} accept\nmeta protocol arp accept\nmeta l4proto icmpv6 accept"), strangers}, silent: shut},
		{name: "ARP not let out of the device, bind", want: bind("0.0.0.0"), given: []step{bare("netdev", "egress device eth0", "accept", "arp operation reply drop"), strangers}, says: shut},
		{name: "policy without neighbours, the port let in, bind", want: bind(""), given: []step{bare("inet", "input", "drop", "iif lo accept\ntcp dport {P} accept"), strangers},
			says: shut, named: []string{"2001:db8::1"}},
		{name: "policy without neighbours, the port let in, bind 0.0.0.0", want: bind("0.0.0.0"), given: []step{bare("inet", "input", "drop", "iif lo accept\ntcp dport {P} accept"), strangers}, silent: shut},
		{name: "policy of output without neighbours, bind [::]", want: bind("::"), given: []step{bare("inet", "output", "drop", "ct state established accept"), strangers}, says: shut},
		{name: "no connections but new ones, bind [::]", want: bind("::"), given: []step{bare("inet", "input", "accept", "ct state { invalid, untracked } drop"), strangers}, says: shut},

		{name: "answers dropped, bind", want: bind(""), given: []step{bare("inet", "output", "accept", "tcp sport {P} drop")}, says: shut, named: []string{"replies"}},
		{name: "answers dropped, bind UDP", want: bind("").udp(), given: []step{bare("inet", "output", "accept", "udp sport {P} drop")}, says: shut},
		{name: "answers dropped, bind 127.0.0.1", want: bind("127.0.0.1"), given: []step{bare("inet", "output", "accept", "oif eth0 tcp sport {P} drop")}, silent: shut},
		{name: "answers dropped, publish", want: publish(""), given: []step{bare("inet", "output", "accept", "tcp sport {P} drop")}, says: shut, named: []string{"2001:db8::1"}},
		{name: "answers dropped, publish 0.0.0.0", want: publish("0.0.0.0"), given: []step{bare("inet", "output", "accept", "tcp sport {P} drop")}, silent: shut},
		{name: "connections to the port dropped on their way out, bind", want: bind(""), given: []step{bare("inet", "output", "accept", "tcp dport {P} drop")}, silent: shut},
		{name: "policy of output, answers let by, bind", want: bind(""), given: []step{filter("drop", "output", "")}, silent: shut},
		{name: "policy of output, answers let by, publish", want: publish(""), given: []step{filter("drop", "output", "")}, says: shut, named: []string{"proxy", "2001:db8::1"}},
		{name: "answers of the container to the proxy dropped, publish", want: publish(""), says: shut, named: []string{"proxy", "2001:db8::1"},
			given: []step{bare("ip", "input", "accept", "tcp dport != { 22, {P} } reject")}},
		{name: "iptables, answers of the container to the proxy dropped, publish", want: publish(""), says: shut, named: []string{"proxy"},
			given: []step{iptables("iptables", "-t", "filter", "-I", "INPUT", "-i", "docker0", "-p", "tcp", "--sport", "80", "-j", "DROP")}},
		{name: "answers of the container to the proxy dropped before routing, publish", want: publish(""), says: shut, named: []string{"proxy"},
			given: []step{bare("ip", "prerouting", "accept", "iif docker0 tcp sport 80 fib daddr type local drop")}},
		{name: "iptables, answers of the container to the proxy dropped before routing, publish", want: publish(""), says: shut, named: []string{"proxy"},
			given: []step{iptables("iptables", "-t", "mangle", "-I", "PREROUTING", "-i", "docker0", "-p", "tcp", "--sport", "80", "-m", "addrtype", "--dst-type", "LOCAL", "-j", "DROP")}},
		{name: "answers of the container to the proxy dropped, publish 0.0.0.0", want: publish("0.0.0.0"), silent: shut,
			given: []step{bare("ip", "input", "accept", "tcp dport != { 22, {P} } reject")}},
		{name: "answers of the container to the proxy dropped, publish on 127.0.0.1", want: publish("127.0.0.1"), says: shut, named: []string{"proxy"},
			given: []step{bare("ip", "input", "accept", "iif docker0 tcp sport 80 drop")}},
		{name: "the proxy kept from the container, publish UDP on 127.0.0.1", want: publish("127.0.0.1").udp(), says: shut, named: []string{"proxy"},
			given: []step{bare("ip", "output", "accept", "oif docker0 udp dport 80 drop")}},
		{name: "answers of the container to the proxy let by, publish", want: publish(""), silent: shut,
			given: []step{bare("ip", "input", "accept", "ct state established accept\ntcp dport != { 22, {P} } reject")}},
		{name: "policy of output, answers and the proxy let by, publish", want: publish(""), given: []step{filter("drop", "output", "oifname docker0 tcp dport 80 accept")}, silent: shut},
		{name: "policy of output, answers let by, publish 0.0.0.0", want: publish("0.0.0.0"), given: []step{filter("drop", "output", "")}, silent: shut},
		{name: "policy of output, bind", want: bind(""), given: []step{bare("inet", "output", "drop", "oif lo accept\nmeta l4proto { icmp, icmpv6 } accept")}, says: shut},
		{name: "policy of output, the port let by, bind", want: bind(""),
			given: []step{bare("inet", "output", "drop", "oif lo accept\nmeta l4proto { icmp, icmpv6 } accept\ntcp sport {P} accept")}, silent: shut},
		{name: "iptables, answers dropped, bind", want: bind("0.0.0.0"),
			given: []step{iptables("iptables", "-t", "filter", "-I", "OUTPUT", "-p", "tcp", "--sport", "{P}", "-j", "DROP")}, says: shut},
		{name: "iptables-legacy, answers dropped, bind", want: bind("0.0.0.0"),
			given: []step{iptables("iptables-legacy", "-t", "filter", "-I", "OUTPUT", "-p", "tcp", "--sport", "{P}", "-j", "DROP")}, says: shut},
		{name: "answers forwarded to nobody, publish", want: publish("0.0.0.0"), given: []step{bare("inet", "forward", "accept", "tcp sport 80 drop")}, says: shut},
		{name: "answers of the host's port forwarded to nobody, publish", want: publish("0.0.0.0"), given: []step{bare("inet", "forward", "accept", "tcp sport {P} drop")}, silent: shut},
		{name: "DOCKER-USER drops answers, publish", want: publish("0.0.0.0"), given: []step{docker("--sport", "80", "-j", "DROP")}, says: shut},
		{name: "answers dropped after routing, publish", want: publish("0.0.0.0"), given: []step{bare("ip", "postrouting", "accept", "tcp sport 80 drop")}, says: shut},
		{name: "answers dropped at the very end, publish", want: publish("0.0.0.0"), given: []step{bareAt(200, "ip", "postrouting", "accept", "ip saddr 192.0.2.1 tcp sport {P} drop")}, says: shut},

		{name: "what follows the first packet dropped, bind", want: bind(""), given: []step{bare("inet", "input", "accept", "ct state established tcp dport {P} drop")}, says: shut},
		{name: "what follows the first packet dropped, bind 127.0.0.1", want: bind("127.0.0.1"), given: []step{bare("inet", "input", "accept", "ct state established tcp dport {P} drop")}, says: shut},
		{name: "what follows the first packet dropped, bind UDP", want: bind("").udp(), given: []step{bare("inet", "input", "accept", "ct state established udp dport {P} drop")}, silent: shut},
		{name: "what follows the first packet dropped, publish", want: publish(""), given: []step{bare("inet", "input", "accept", "ct state established tcp dport {P} drop")},
			says: shut, named: []string{"2001:db8::1"}},
		{name: "what follows the first packet dropped, publish 0.0.0.0", want: publish("0.0.0.0"), given: []step{bare("inet", "input", "accept", "ct state established tcp dport {P} drop")}, silent: shut},
		{name: "what follows the first packet to the container dropped, publish 0.0.0.0", want: publish("0.0.0.0"),
			given: []step{bare("ip", "forward", "accept", "ct state established ct direction original tcp dport 80 drop")}, says: shut},
		{name: "DOCKER-USER drops what follows the first packet, publish 0.0.0.0", want: publish("0.0.0.0"),
			given: []step{docker("--dport", "80", "-m", "conntrack", "--ctstate", "ESTABLISHED", "-j", "DROP")}, says: shut},
		{name: "what follows the first packet of the proxy dropped, publish on 127.0.0.1", want: publish("127.0.0.1"),
			given: []step{bare("ip", "output", "accept", "oif docker0 ct state established tcp dport 80 drop")}, says: shut, named: []string{"proxy"}},
		{name: "new connections alone let in, bind", want: bind("0.0.0.0"), given: []step{bare("inet", "input", "drop", "meta l4proto { icmp, icmpv6 } accept\nct state new tcp dport {P} accept")}, says: shut},
		{name: "iptables, all but new connections dropped, bind", want: bind("0.0.0.0"),
			given: []step{iptables("iptables", "-t", "filter", "-I", "INPUT", "-p", "tcp", "--dport", "{P}", "-m", "conntrack", "!", "--ctstate", "NEW", "-j", "DROP")}, says: shut},
		{name: "iptables, what has no SYN dropped, bind", want: bind("0.0.0.0"),
			given: []step{iptables("iptables", "-t", "filter", "-I", "INPUT", "-p", "tcp", "--dport", "{P}", "!", "--syn", "-j", "DROP")}, says: shut},
		{name: "acknowledgements dropped, bind", want: bind(""), given: []step{bare("inet", "input", "accept", "tcp dport {P} tcp flags & (syn | ack) == ack drop")}, says: shut},
		{name: "what resets connections dropped, bind", want: bind(""), given: []step{bare("inet", "input", "accept", "tcp dport {P} tcp flags & rst == rst drop")}, silent: shut},
		{name: "the rest of answers dropped, bind", want: bind(""), given: []step{bare("inet", "output", "accept", "tcp sport {P} tcp flags & syn == 0 drop")}, says: shut, named: []string{"replies"}},
		{name: "the rest of the container's answers dropped, publish 0.0.0.0", want: publish("0.0.0.0"),
			given: []step{bare("ip", "forward", "accept", "tcp sport 80 tcp flags & syn == 0 drop")}, says: shut, named: []string{"replies"}},

		{name: "XDP program that passes, bind", want: bind(""), given: []step{guard("xdp", "pass")}, says: unread, named: []string{"XDP program guard"}, unsure: true},
		{name: "XDP program that passes, publish", want: publish(""), given: []step{guard("xdp", "pass")}, says: unread, named: []string{"XDP program guard"}, unsure: true},
		{name: "XDP program that drops, bind", want: bind(""), given: []step{guard("xdp", "drop")}, says: unread, named: []string{"XDP program guard"}, unsure: true},
		{name: "XDP program that drops, bind UDP", want: bind("").udp(), given: []step{guard("xdp", "drop")}, says: unread, unsure: true},
		{name: "XDP program that drops, publish", want: publish(""), given: []step{guard("xdp", "drop")}, says: unread, named: []string{"XDP program guard"}, unsure: true},
		{name: "XDP program that drops, bind 127.0.0.1", want: bind("127.0.0.1"), given: []step{guard("xdp", "drop")}, silent: unread},
		{name: "XDP program that drops, listener, bind", want: bind(""), given: []step{guard("xdp", "drop"), nginx("tcp::{P}")}, holder: process("nginx"), silent: unread},
		{name: "tcx program that drops, bind", want: bind(""), given: []step{guard("tcx", "drop")}, says: unread, named: []string{"tcx program guard"}, unsure: true},
		{name: "tcx program that drops answers, bind", want: bind(""), given: []step{guard("tcx-out", "drop")}, says: unread, named: []string{"replies"}, unsure: true},
		{name: "traffic control drops all, bind", want: bind(""), given: []step{dropAll}, says: unread, named: []string{"tc filter bpf on eth0"}, unsure: true},
		{name: "traffic control drops all, publish", want: publish(""), given: []step{dropAll}, says: unread, named: []string{"tc filter bpf on eth0"}, unsure: true},

		{name: "policy for IPv4, publish", want: publish(""), given: []step{policy("iptables", "INPUT")}, silent: shut},
		{name: "policy for IPv4, publish without a proxy", on: direct, want: publish(""), given: []step{policy("iptables", "INPUT")}, silent: shut},
		{name: "policy for both, publish", want: publish(""), given: []step{filter("drop", "input", "")}, says: shut, named: []string{"2001:db8::1"}},
		{name: "policy for both, publish 0.0.0.0", want: publish("0.0.0.0"), given: []step{filter("drop", "input", "")}, silent: shut},
		{name: "firewalld, publish 0.0.0.0", want: publish("0.0.0.0"), given: []step{firewalld()}, silent: shut},
		{name: "ufw, publish 0.0.0.0", want: publish("0.0.0.0"), given: []step{ufw()}, silent: shut},
		{name: "DOCKER-USER drops the container's port, publish", want: publish("0.0.0.0"), given: []step{docker("--dport", "80", "-j", "DROP")}, says: shut, named: []string{"DOCKER-USER"}},
		{name: "DOCKER-USER drops the host's port, publish", want: publish("0.0.0.0"), given: []step{docker("--dport", "{P}", "-j", "DROP")}, silent: shut},
		{name: "DOCKER-USER drops the port that was asked, publish", want: publish("0.0.0.0"),
			given: []step{docker("-m", "conntrack", "--ctorigdstport", "{P}", "-j", "DROP")}, says: shut},
		{name: "iptables policy of forward, publish", want: publish("0.0.0.0"), given: []step{policy("iptables", "FORWARD")}, silent: shut},
		{name: "nft policy of forward, publish", want: publish("0.0.0.0"), given: []step{filter("drop", "forward", "")}, says: shut},
	}
	for i := range all {
		all[i].name = "filters: " + all[i].name
		if all[i].on == "" {
			all[i].on = proxied
		}
	}
	return all
}

// filter makes a chain at the hook that lets loopback and what belongs to connections in, and has the rule.
func filter(policy, hook, rule string) step {
	return func(g *stage) {
		table := g.expand("exam{P}")
		g.command("nft", g.expand("table inet "+table+" {\nchain base { type filter hook "+hook+" priority 0; policy "+policy+";\n"+
			"ct state established,related accept\niif lo accept\nmeta l4proto { icmp, icmpv6 } accept\n"+rule+"\n}\n}\n"))
		g.Cleanup(func() { g.command("nft", "delete table inet "+table) })
	}
}

// bareNAT is one of type nat. The kernel asks it about connections, which it keeps where some rule has need of them.
func bareNAT(family, hook, rule string) step { return bareNATAt(0, family, hook, rule) }

func bareNATAt(priority int, family, hook, rule string) step {
	return func(g *stage) {
		table := family + g.expand(" translate{P}")
		g.command("nft", fmt.Sprintf("table %s {\nchain base { type nat hook %s priority %d;\n%s\n}\n}\n", table, hook, priority, g.expand(rule)))
		g.Cleanup(func() { g.command("nft", "delete table "+table) })
	}
}

func keepConnections(family string) step {
	return bare(family, "forward", "accept", "ct state new counter")
}

// bare makes a chain at the hook that has some rules and no others.
func bare(family, hook, policy, rules string) step { return bareAt(0, family, hook, policy, rules) }

func bareAt(priority int, family, hook, policy, rules string) step {
	return func(g *stage) {
		table := family + g.expand(" exam{P}")
		g.command("nft", fmt.Sprintf("table %s {\nchain base { type filter hook %s priority %d; policy %s;\n%s\n}\n}\n", table, hook, priority, policy, g.expand(rules)))
		g.Cleanup(func() { g.command("nft", "delete table "+table) })
	}
}

// strangers makes the host and its peer forget each other's devices.
func strangers(g *stage) {
	g.command("ip", "neighbour", "flush", "all")
	g.command("ip", "-n", g.Peer.Name, "neighbour", "flush", "all")
}

// guard has a program at the host's device see all packets.
func guard(place, answer string) step { return standin("guard", "guard", place, answer, "eth0") }

// dropAll has traffic control drop all packets of the host's device.
func dropAll(g *stage) {
	g.command("tc", "qdisc", "add", "dev", "eth0", "clsact")
	g.command("tc", "filter", "add", "dev", "eth0", "ingress", "bpf", "da", "bytecode", "1,6 0 0 2,") // return TC_ACT_SHOT
	g.Cleanup(func() { g.command("tc", "qdisc", "del", "dev", "eth0", "clsact") })
}

// policy makes a chain of iptables drop what comes to its end; answers and the host's own packets are let by.
func policy(program, chain string) step {
	return func(g *stage) {
		for _, words := range [][]string{{"-i", "lo"}, {"-m", "conntrack", "--ctstate", "RELATED,ESTABLISHED"}} {
			iptables(program, append(append([]string{"-t", "filter", "-A", chain}, words...), "-j", "ACCEPT")...)(g)
		}
		_, was, _ := strings.Cut(g.command(program, "-S", chain), "-P "+chain+" ") // -P FORWARD ACCEPT
		was, _, _ = strings.Cut(was, "\n")
		g.command(program, "-P", chain, "DROP")
		g.Cleanup(func() { g.command(program, "-P", chain, was) })
	}
}

// ufw is switched on, and told something. Its configuration is the stage's own.
func ufw(words ...string) step {
	return func(g *stage) {
		run := g.StartUFW(g)
		if len(words) > 0 {
			if err := run(g.expandAll(words)...); err != nil {
				g.Error(err)
			}
		}
	}
}

// firewalld runs, and is told something. It removes the rules of iptables when it starts, Docker's too, which an engine that
// is on the same bus as it makes again.
func firewalld(words ...string) step {
	again := func(g *stage) {
		if err := errors.Join(g.need(g.engine).Stop(), g.engine.Start(context.Background())); err != nil {
			g.Error(err)
		}
	}
	return func(g *stage) {
		g.Cleanup(func() { again(g) })
		run := g.StartFirewalld(g)
		again(g)
		if len(words) > 0 {
			if err := run(g.expandAll(words)...); err != nil {
				g.Error(err)
			}
		}
	}
}
