package exam

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// ruleSituations have rules that send packets elsewhere before a socket sees them, or look as if they did. They are asked
// from the host itself, too.
func ruleSituations() []situation {
	taken := holder{kind: report.HolderRule}
	iptablesTo := func(program, chain string, words ...string) step {
		return iptables(program, append([]string{"-A", chain, "-p", "tcp", "--dport", "{P}"}, words...)...)
	}
	to := []string{"-j", "REDIRECT", "--to-ports", "{P+1}"}
	web := run(lab.Container{Name: "web", Image: "nginx:1.27", Publish: []string{"{P}:80"}})
	all := []situation{
		{name: "redirect, bind", want: bind(""), given: []step{incoming("tcp dport {P} redirect to :{P+1}")}, holder: taken},
		{name: "redirect, bind 192.0.2.1", want: bind("192.0.2.1"), given: []step{incoming("tcp dport {P} redirect to :{P+1}")}, holder: taken},
		{name: "redirect, bind 127.0.0.1", want: bind("127.0.0.1"), given: []step{incoming("tcp dport {P} redirect to :{P+1}")}},
		{name: "redirect, bind 172.17.0.1", want: bind("172.17.0.1"), given: []step{incoming("tcp dport {P} redirect to :{P+1}")}},
		{name: "redirect on output, bind 172.17.0.1", want: bind("172.17.0.1"), given: []step{outgoing("tcp dport {P} redirect to :{P+1}")}, holder: taken},
		{name: "dnat to another host, publish on 172.17.0.1", want: publish("172.17.0.1"), given: []step{incoming("tcp dport {P} dnat to 192.0.2.2")}},
		{name: "redirect, bind [::]", want: bind("::"), given: []step{incoming("tcp dport {P} redirect to :{P+1}")}},
		{name: "redirect, publish", want: publish(""), given: []step{incoming("tcp dport {P} redirect to :{P+1}")}, holder: taken},
		{name: "redirect to another listener, bind", want: bind(""),
			given: []step{nginx("tcp::{P+1}"), incoming("tcp dport {P} redirect to :{P+1}")}, holder: taken},
		{name: "redirect to the wanted port, bind", want: bind(""), given: []step{incoming("tcp dport {P+1} redirect to :{P}")}},
		{name: "redirect on output, bind", want: bind(""), given: []step{outgoing("tcp dport {P} redirect to :{P+1}")}, holder: taken},
		{name: "redirect on output for 127.0.0.1, bind 192.0.2.1", want: bind("192.0.2.1"),
			given: []step{outgoing("ip daddr 127.0.0.1 tcp dport {P} redirect to :{P+1}")}},
		{name: "redirect on output for 127.0.0.1, bind", want: bind(""), given: []step{outgoing("ip daddr 127.0.0.1 tcp dport {P} redirect to :{P+1}")}, says: []report.Code{report.Redirected}},
		{name: "iptables on output after Docker's rules, publish UDP", want: publish("").udp(), says: []report.Code{report.Redirected},
			given: []step{iptables("iptables", "-A", "OUTPUT", "-p", "udp", "--dport", "{P}", "-j", "DNAT", "--to-destination", "192.0.2.2")}},
		{name: "redirect on output for other hosts, bind", want: bind(""), given: []step{outgoing("oifname eth0 tcp dport {P} redirect to :{P+1}")}},
		{name: "dnat to another host, bind", want: bind(""), given: []step{incoming("tcp dport {P} dnat to 192.0.2.2")}, holder: taken},
		{name: "dnat to this host, bind", want: bind(""), given: []step{incoming("tcp dport {P} dnat to 192.0.2.1")}},
		{name: "redirect of another address, bind", want: bind(""), given: []step{incoming("ip daddr 192.0.2.9 tcp dport {P} redirect to :{P+1}")}},
		{name: "redirect on another device, bind", want: bind(""), given: []step{incoming("iifname wlan0 tcp dport {P} redirect to :{P+1}")}},
		{name: "redirect on lo, bind", want: bind(""), given: []step{incoming("iifname lo tcp dport {P} redirect to :{P+1}")}},
		{name: "redirect of UDP, bind", want: bind(""), given: []step{incoming("udp dport {P} redirect to :{P+1}")}},
		{name: "redirect of UDP, bind UDP", want: bind("").udp(), given: []step{incoming("udp dport {P} redirect to :{P+1}")}, holder: taken},
		{name: "a client's UDP goes on after its redirect has gone, bind UDP", want: bind("").udp(), given: []step{udpRedirected},
			says: []report.Code{report.Redirected}, named: []string{"tracks"}, advice: []string{"conntrack -D"}},
		{name: "a client's UDP goes on after its redirect has gone, bind the next port", want: bind("").udp(), given: []step{shifted(udpRedirected)}, silent: []report.Code{report.Redirected}},
		{name: "redirect of a range, bind", want: bind(""), given: []step{incoming("tcp dport {P}-{P+5} redirect to :{P+9}")}, holder: taken},
		{name: "redirect of a range's end, bind a range", want: bind("").ports(3), given: []step{incoming("tcp dport {P+2}-{P+5} redirect to :{P+9}")}, holder: taken},
		{name: "redirect of a set, bind", want: bind(""), given: []step{incoming("tcp dport { 1, {P}, {P+2}-{P+4} } redirect to :{P+9}")}, holder: taken},
		{name: "redirect of all but a set, bind", want: bind(""), given: []step{incoming("tcp dport != { 1, {P}, {P+2}-{P+4} } redirect to :{P+9}")}},
		{name: "map to servers, bind", want: bind(""), given: []step{incoming("dnat to tcp dport map { 1 : 192.0.2.2 . 1, {P} : 192.0.2.2 . 80 }")}, holder: taken},
		{name: "map to servers of other ports, bind", want: bind(""), given: []step{incoming("dnat to tcp dport map { 1 : 192.0.2.2 . 1, {P+1} : 192.0.2.2 . 80 }")}},
		{name: "verdict map, bind", want: bind(""), given: []step{
			rules("chain away { meta l4proto tcp redirect to :{P+9}\n }", "prerouting", "meta l4proto . th dport vmap { udp . {P} : accept, tcp . {P} : jump away }")}, holder: taken},
		{name: "chain that returns before it redirects, bind", want: bind(""), given: []step{
			rules("chain away { tcp dport {P} return\n meta l4proto tcp redirect to :{P+9}\n }", "prerouting", "goto away")}},
		{name: "no port, bind", want: bind(""), given: []step{incoming("meta l4proto tcp redirect to :{P+1}")}, holder: taken},
		{name: "no port, to the same port, bind", want: bind(""), given: []step{incoming("meta l4proto tcp redirect")}},
		{name: "redirect of the network's clients, bind", want: bind(""), given: []step{incoming("ip saddr 192.0.2.0/24 tcp dport {P} redirect to :{P+1}")}, holder: taken},
		{name: "redirect of other clients, bind", want: bind(""), given: []step{incoming("ip saddr 198.51.100.7 tcp dport {P} redirect to :{P+1}")}, says: []report.Code{report.Redirected}},
		{name: "redirect to another of the wanted ports, bind", want: bind("").ports(2), given: []step{incoming("tcp dport {P} redirect to :{P+1}")}, holder: taken},
		{name: "iptables, bind", want: bind(""), given: []step{iptablesTo("iptables", "PREROUTING", to...)}, holder: taken},
		{name: "iptables after Docker's rules, publish", want: publish(""), given: []step{iptablesTo("iptables", "PREROUTING", to...)}},
		{name: "iptables before Docker's rules, publish", want: publish(""),
			given: []step{iptables("iptables", append([]string{"-I", "PREROUTING", "-p", "tcp", "--dport", "{P}"}, to...)...)}, holder: taken},
		{name: "iptables multiport, bind", want: bind(""),
			given: []step{iptables("iptables", "-A", "PREROUTING", "-p", "tcp", "-m", "multiport", "--dports", "1,{P}:{P+2}", "-j", "DNAT", "--to-destination", "192.0.2.2:80")}, holder: taken},
		{name: "ip6tables, bind", want: bind(""), given: []step{iptablesTo("ip6tables", "PREROUTING", to...)}, holder: taken},
		{name: "ip6tables, bind 0.0.0.0", want: bind("0.0.0.0"), given: []step{iptablesTo("ip6tables", "PREROUTING", to...)}},
		{name: "iptables-legacy, bind", want: bind(""), given: []step{iptablesTo("iptables-legacy", "PREROUTING", to...)}, holder: taken},
		{name: "iptables-legacy on output, bind", want: bind(""), given: []step{iptablesTo("iptables-legacy", "OUTPUT", to...)}, holder: taken},
		{name: "iptables-legacy on another device, bind", want: bind(""), given: []step{iptablesTo("iptables-legacy", "PREROUTING", append([]string{"-i", "wlan0"}, to...)...)}},
		{name: "iptables-legacy beside Docker's rules, publish", want: publish(""), given: []step{iptablesTo("iptables-legacy", "PREROUTING", to...)}, holder: taken},
		{name: "iptables-legacy beside Docker's rules, publish 192.0.2.1", want: publish("192.0.2.1"), given: []step{iptablesTo("iptables-legacy", "PREROUTING", to...)}, holder: taken},
		{name: "iptables-legacy beside Docker's rules, another port, publish", want: publish(""), given: []step{shifted(iptablesTo("iptables-legacy", "PREROUTING", to...))}},
		{name: "a chain asked before Docker's, publish", want: publish(""), given: []step{rulesAt("prerouting", -110, "tcp dport {P} redirect to :{P+1}")}, holder: taken},
		{name: "a chain asked after Docker's, publish", want: publish(""), given: []step{rulesAt("prerouting", -90, "tcp dport {P} redirect to :{P+1}")}},
		{name: "a chain asked after Docker's, bind", want: bind(""), given: []step{rulesAt("prerouting", -90, "tcp dport {P} redirect to :{P+1}")}, holder: taken},
		{name: "two chains, the first keeps the port, bind", want: bind(""), given: []step{
			incoming("tcp dport {P} redirect to :{P+1}"), rulesAt("prerouting", -150, "tcp dport {P} redirect to :{P}")}},
		{name: "two chains, the first only accepts, bind", want: bind(""), given: []step{
			incoming("tcp dport {P} redirect to :{P+1}"), rulesAt("prerouting", -150, "tcp dport {P} accept")}, holder: taken},
		{name: "redirect on output of UDP, bind 127.0.0.2", want: bind("127.0.0.2").udp(), given: []step{rulesAt("output", -90, "udp dport {P} redirect to :{P+1}")}, holder: taken},
		{name: "redirect on output of UDP to 127.0.0.1, bind 127.0.0.2", want: bind("127.0.0.2").udp(), given: []step{rulesAt("output", -90, "ip daddr 127.0.0.1 udp dport {P} redirect to :{P+1}")}},
		{name: "redirect on output, bind 127.0.0.2", want: bind("127.0.0.2"), given: []step{outgoing("tcp dport {P} redirect to :{P+1}")}, holder: taken},
		{name: "dnat to 127.0.0.1, bind", want: bind(""), given: []step{incoming("tcp dport {P} dnat to 127.0.0.1")}, holder: taken},
		{name: "dnat to 127.0.0.1, which may come from outside, bind", want: bind(""), given: []step{setting("net.ipv4.conf.all.route_localnet", "1"), incoming("tcp dport {P} dnat to 127.0.0.1")}},
		{name: "redirect, not tracked, bind", want: bind(""), given: []step{
			incoming("tcp dport {P} redirect to :{P+1}"), bareAt(-300, "inet", "prerouting", "accept", "tcp dport {P} notrack")}},
		{name: "TPROXY, bind", want: bind(""), given: []step{
			iptablesTo("iptables", "PREROUTING", "-t", "mangle", "-j", "TPROXY", "--on-port", "{P+1}")}, holder: taken},
		{name: "redirect on output to another listener, unprivileged, bind", want: bind(""), as: lab.Nobody,
			given: []step{nginx("tcp::{P+1}"), outgoing("tcp dport {P} redirect to :{P+1}")}, says: []report.Code{report.Redirected}},
		{name: "none that can be read, unprivileged, bind", want: bind(""), as: lab.Nobody, says: []report.Code{report.SourceFailed}},
		{name: "host port of a pod, bind", want: bind(""), given: []step{hostPort}, holder: taken},
		{name: "host port of a pod, bind the next port", want: bind(""), given: []step{shifted(hostPort)}},
		{name: "Docker's own rules, bind the next port", want: bind(""), given: []step{shifted(web)}},
	}
	for i := range all {
		all[i].name = "rules: " + all[i].name
		all[i].on = proxied
		all[i].inside = true
	}
	return all
}

// udpRedirected has the peer send a datagram while its port is redirected. The kernel sends the next ones of that client to the same place.
func udpRedirected(g *stage) {
	setting("net.netfilter.nf_conntrack_udp_timeout", "600")(g)
	table := g.expand("gone{P}")
	g.command("nft", g.expand("table ip "+table+" { chain base { type nat hook prerouting priority -100; udp dport {P} redirect to :{P+1}; }; }"))
	if _, err := g.Peer.Ask(g.Context(), "udp", addrPort(lab.Addr4, g.port)); err == nil {
		g.Fatal("somebody answers")
	}
	g.command("nft", "delete table ip "+table)
}

// incoming and outgoing add a rule to a nat chain of nftables.
func incoming(rule string) step { return rules("", "prerouting", rule) }
func outgoing(rule string) step { return rules("", "output", rule) }

// rules makes a table with a chain at the hook that has the rule, and with other chains.
func rules(chains, hook, rule string) step { return table("exam{P}", chains, hook, -100, rule) }

// rulesAt is another table beside it, whose chain of type nat has a priority of its own among the others.
func rulesAt(hook string, priority int, rule string) step {
	return table("order{P}", "", hook, priority, rule)
}

func table(name, chains, hook string, priority int, rule string) step {
	return func(g *stage) {
		name := g.expand(name)
		g.command("nft", g.expand(fmt.Sprintf("table ip %s {\n%s\nchain base { type nat hook %s priority %d\n%s\n}\n}\n", name, chains, hook, priority, rule)))
		g.Cleanup(func() { g.command("nft", "delete table ip "+name) })
	}
}

// iptables adds a rule by one of the programs of that name; "-A" and "-I" become "-D" at the end.
func iptables(program string, words ...string) step {
	return func(g *stage) {
		if !slices.Contains(words, "-t") {
			words = append([]string{"-t", "nat"}, words...)
		}
		add := g.expandAll(words)
		g.command(append([]string{program}, add...)...)
		g.Cleanup(func() {
			remove := slices.Clone(add)
			for i, word := range remove {
				if word == "-A" || word == "-I" {
					remove[i] = "-D"
				}
			}
			g.command(append([]string{program}, remove...)...)
		})
	}
}

// hostPort has the plugin of CNI that Kubernetes, k3s's load balancer and nerdctl publish ports by send the port to the peer.
// Nobody listens on it.
func hostPort(g *stage) {
	config := g.expand(`{"cniVersion":"0.4.0","name":"exam","type":"portmap","runtimeConfig":{"portMappings":[{"hostPort":{P},"containerPort":80,"protocol":"tcp"}]},
		"prevResult":{"cniVersion":"0.4.0","interfaces":[{"name":"eth0","sandbox":"/run/netns/exam"}],"ips":[{"version":"4","address":"192.0.2.2/24","interface":0}]}}`)
	portmap := func(command string) {
		g.command("env", "CNI_COMMAND="+command, "CNI_CONTAINERID="+g.expand("exam{P}"), "CNI_NETNS=/run/netns/exam", "CNI_IFNAME=eth0", "CNI_PATH=/usr/lib/cni",
			"sh", "-c", `echo "$1" | /usr/lib/cni/portmap`, "sh", config)
	}
	portmap("ADD")
	g.Cleanup(func() { portmap("DEL") })
}

// command runs a program on the host as root, also when the test has ended.
func (g *stage) command(argv ...string) string {
	cmd := g.Command(context.Background(), lab.Root, []string{"PATH=" + os.Getenv("PATH")}, argv...)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := g.host.Run(cmd); err != nil {
		g.Errorf("%v: %v: %s", argv, err, &out)
	}
	return out.String()
}

// shifted makes a situation on the port after the one that is asked about.
func shifted(s step) step {
	return func(g *stage) {
		g.port++
		s(g)
		g.port--
	}
}
