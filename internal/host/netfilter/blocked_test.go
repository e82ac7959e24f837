package netfilter

import (
	"fmt"
	"strings"
	"testing"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// refusals are the rules that keep strangers out, one a line: name, ports, what it does to whom, and where if not everywhere.
func refusals(r *Rules, w port.Requirement) string {
	var lines []string
	blocks, outside := r.Blocked(w, "docker", true)
	for _, b := range blocks {
		line := fmt.Sprintf("%s: %s %s", b.Rule.Name(), b.Ports, b.Rule.Does())
		line += map[facts.Extent]string{facts.All: "", facts.Most: ", but for some", facts.Some: ", for some"}[b.Extent]
		if b.Rule.Author != "" {
			line += ", by " + b.Rule.Author
		}
		if b.Zone != "" {
			line += ", zone " + b.Zone
		}
		if len(b.Addrs) < outside {
			line += fmt.Sprintf(", at %v", b.Addrs)
		}
		if b.Forwarded {
			line += ", forwarded"
		}
		line += map[facts.Dropped]string{facts.Replies: ", answers", facts.Proxied: ", proxied", facts.Neighbour: ", neighbours"}[b.Dropped]
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func TestFiltersOfARunningKernel(t *testing.T) {
	const keeps = "add table inet k; add chain inet k k { type filter hook forward priority 0; }; add rule inet k k ct state new counter; "
	const (
		in    = "add table inet t; add chain inet t i { type filter hook input priority 0; policy drop; }; "
		open  = "add table inet t; add chain inet t i { type filter hook input priority 0; }; "
		shut  = "inet t i policy: 8080 drop"
		rules = "add rule inet t i "
		// What every administrator's rules begin with.
		usual = rules + "ct state established,related accept; " + rules + "ct state invalid drop; " + rules + "iif lo accept; " +
			rules + "meta l4proto { icmp, icmpv6 } accept; " + rules + "tcp dport 22 accept; "
		// What Docker 20.10 has in the table, with a policy that it sets itself.
		docker = `iptables -N DOCKER
			iptables -N DOCKER-USER
			iptables -A DOCKER-USER -j RETURN
			iptables -P FORWARD DROP
			iptables -A FORWARD -j DOCKER-USER
			iptables -A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
			iptables -A FORWARD -o docker0 -j DOCKER
			`
	)
	nft := func(script string) string { return "nft '" + script + "'" }
	askFilters(t, []filterTest{
		{"nothing", "true", bind("8080"), ""},
		{"no policy", nft(open + usual), bind("8080"), ""},
		{"policy", nft(in + usual), bind("8080"), shut},
		{"policy, a program on loopback", nft(in + usual), bind("127.0.0.1:8080"), ""},
		{"policy that the host itself meets, a program on loopback", nft(in), bind("127.0.0.1:8080"), shut},
		{"rejected of the host itself", nft(open + rules + "ip daddr 127.0.0.0/8 tcp dport 8080 reject"), bind("127.0.0.1:8080"), "inet t i handle 2: 8080 reject"},
		{"dropped after routing, a program on loopback", nft("add table inet t; add chain inet t o { type filter hook postrouting priority 0; }; add rule inet t o oif lo tcp dport 8080 drop"), bind("[::1]:8080"),
			"inet t o handle 2: 8080 drop"},
		{"dropped in a chain of type nat that is asked on the way out, a program on loopback", nft("add table ip t; add chain ip t p { type nat hook prerouting priority -100; }; add rule ip t p iif lo tcp dport 8080 drop"), bind("127.0.0.1:8080"), ""},
		{"policy, UDP", nft(in + usual), bind("8080/udp"), shut},
		{"the port is let in", nft(in + usual + rules + "tcp dport 8080 accept"), bind("8080"), ""},
		{"the port is let in, of the other protocol", nft(in + usual + rules + "udp dport 8080 accept"), bind("8080"), shut},
		{"one of two ports is let in", nft(in + usual + rules + "tcp dport 8080 accept"), bind("8080-8081"), "inet t i policy: 8081 drop"},
		{"the port is let in by a map", nft(in + usual + rules + "tcp dport vmap { 80 : accept, 8000-8999 : accept }"), bind("8080"), ""},
		{"the port is let in by a chain", nft(in + usual + "add chain inet t c; add rule inet t c tcp dport { 80, 8080 } accept; " + rules + "jump c"), bind("8080"), ""},
		{"the port is let in on loopback", nft(in + usual + rules + "iifname lo tcp dport 8080 accept"), bind("8080"), shut},
		{"the port is let in on another device", nft(in + usual + rules + "iifname wg0 tcp dport 8080 accept"), bind("8080"), shut},
		{"everything is let in on the device", nft(in + usual + rules + "iifname eth0 accept"), bind("8080"), ""},
		{"the port is let in at another address", nft(in + usual + rules + "ip daddr 192.0.2.9 tcp dport 8080 accept"), bind("8080"), shut},
		{"the port is let in by IPv4", nft(in + usual + rules + "ip daddr 192.0.2.1 tcp dport 8080 accept"), bind("8080"), shut + ", at [2001:db8::1]"},
		{"the port is let in by IPv4 and asked for there", nft(in + usual + rules + "ip daddr 192.0.2.1 tcp dport 8080 accept"), bind("0.0.0.0:8080"), ""},
		{"let in from a network", nft(in + usual + rules + "ip saddr 192.0.2.0/24 tcp dport 8080 accept"), bind("0.0.0.0:8080"), shut + ", but for some"},
		{"let in from a set", nft(in + usual + "add set inet t s { type ipv4_addr; }; add element inet t s { 198.51.100.7 }; " + rules + "ip saddr @s accept"), bind("0.0.0.0:8080"), shut + ", but for some"},
		{"let in at a rate", nft(in + usual + rules + "tcp dport 8080 limit rate 10/second accept"), bind("8080"), shut + ", but for some"},
		{"shut out by a set", nft(open + "add set inet t s { type ipv4_addr; }; add element inet t s { 198.51.100.7 }; " + rules + "ip saddr @s counter reject"), bind("0.0.0.0:8080"),
			"inet t i handle 3: 8080 reject, for some"},
		{"shut out at a rate", nft(open + rules + "tcp dport 8080 limit rate over 10/second drop"), bind("8080"), "inet t i handle 2: 8080 drop, for some"},
		{"shut out at a rate of each", nft(open + "add set inet t m { type ipv4_addr; flags dynamic; size 100; }; " + rules + "tcp dport 8080 add @m { ip saddr limit rate over 10/second } drop"), bind("0.0.0.0:8080"),
			"inet t i handle 3: 8080 drop, for some"},
		{"shut out, and some beforehand", nft(in + usual + rules + "ip saddr 198.51.100.7 drop"), bind("8080"), shut},
		{"rejected", nft(open + rules + "tcp dport 8080 reject with tcp reset"), bind("8080"), "inet t i handle 2: 8080 reject"},
		{"rejected on the device", nft(open + rules + "iifname eth0 tcp dport 8000-8999 reject"), bind("8080"), "inet t i handle 2: 8080 reject"},
		{"rejected of other ports", nft(open + rules + "tcp dport != { 22, 8080 } reject"), bind("8080"), ""},
		{"dropped before it is routed", nft("add table inet t; add chain inet t r { type filter hook prerouting priority raw; }; add rule inet t r tcp dport 8080 drop"), bind("8080"),
			"inet t r handle 2: 8080 drop"},
		{"spoofed sources are dropped", nft("add table inet t; add chain inet t r { type filter hook prerouting priority raw; }; add rule inet t r fib saddr . iif oif missing drop; add rule inet t r fib saddr type local drop"), bind("8080"), ""},
		{"what a first packet does not have is dropped", nft(open + rules + "ip frag-off & 0x1fff != 0 drop; " + rules + "exthdr hbh exists drop; " + rules + "tcp flags & (fin|syn) == fin|syn drop; " + rules + "pkttype broadcast drop"), bind("0.0.0.0:8080"), ""},
		{"what follows the first packet is dropped", nft(open + rules + "ct state established tcp dport 8080 drop"), bind("0.0.0.0:8080"), "inet t i handle 2: 8080 drop"},
		{"let in here and shut out there", nft(in + usual + rules + "tcp dport 8080 accept; add table inet u; add chain inet u i { type filter hook input priority 10; policy drop; }"), bind("8080"),
			"inet u i policy: 8080 drop"},
		{"shut out twice", nft(in + "add table inet u; add chain inet u i { type filter hook input priority 10; policy drop; }"), bind("8080"), shut + "\ninet u i policy: 8080 drop"},
		{"marked and let in", nft("add table inet t; add chain inet t r { type filter hook prerouting priority raw; }; add rule inet t r tcp dport 8080 meta mark set 1; " +
			"add chain inet t i { type filter hook input priority 0; policy drop; }; " + rules + "meta mark 1 accept"), bind("0.0.0.0:8080"), shut + ", but for some"},
		{"a chain that only forwards", nft("add table inet t; add chain inet t f { type filter hook forward priority 0; policy drop; }"), bind("8080"), ""},

		{"dropped in a chain of type nat", nft(keeps + "add table ip t; add chain ip t p { type nat hook prerouting priority -100; }; add rule ip t p tcp dport 8080 drop"), bind("0.0.0.0:8080"),
			"ip t p handle 2: 8080 drop"},
		{"dropped in a chain of type nat, where nothing keeps connections", nft("add table ip t; add chain ip t p { type nat hook prerouting priority -100; }; add rule ip t p tcp dport 8080 drop"), bind("0.0.0.0:8080"), ""},
		{"dropped in a chain of type nat, where those of IPv6 are kept", nft("add table ip6 k; add chain ip6 k k { type filter hook forward priority 0; }; add rule ip6 k k ct state new counter; " +
			"add table ip t; add chain ip t p { type nat hook prerouting priority -100; }; add rule ip t p tcp dport 8080 drop"), bind("0.0.0.0:8080"), ""},
		{"dropped in a chain of type nat, where a rule of iptables keeps connections", "iptables -A FORWARD -m conntrack --ctstate NEW -j ACCEPT; " +
			nft("add table ip t; add chain ip t p { type nat hook prerouting priority -100; }; add rule ip t p tcp dport 8080 drop"), bind("0.0.0.0:8080"), "ip t p handle 2: 8080 drop"},
		{"dropped in a chain of type nat, where one of ip6tables-legacy does", "ip6tables-legacy -A FORWARD -m conntrack --ctstate NEW -j ACCEPT; " +
			nft("add table ip6 t; add chain ip6 t p { type nat hook prerouting priority -100; }; add rule ip6 t p tcp dport 8080 drop"), bind("[2001:db8::1]:8080"), "ip6 t p handle 2: 8080 drop"},
		{"dropped in a chain of type nat, where a helper of connections does", nft("add table ip t; add ct helper ip t h { type \"ftp\" protocol tcp; }; add chain ip t p { type nat hook prerouting priority -100; }; add rule ip t p tcp dport 8080 drop"),
			bind("0.0.0.0:8080"), "ip t p handle 3: 8080 drop"},
		{"policy of a chain of type nat", nft(keeps + "add table ip t; add chain ip t p { type nat hook prerouting priority -100; policy drop; }; add rule ip t p tcp dport 22 accept"), bind("0.0.0.0:8080"),
			"ip t p policy: 8080 drop"},
		{"dropped in a chain of type nat that is asked when one before has mapped", nft("add table ip t; add chain ip t p { type nat hook prerouting priority -100; }; add rule ip t p tcp dport 8080 drop; " +
			"add chain ip t q { type nat hook prerouting priority -101; }; add rule ip t q tcp dport 8080 redirect to :8080"), bind("0.0.0.0:8080"), ""},
		{"dropped in a chain of type nat, not tracked", nft("add table ip t; add chain ip t p { type nat hook prerouting priority -100; }; add rule ip t p tcp dport 8080 drop; " +
			"add chain ip t q { type filter hook prerouting priority raw; }; add rule ip t q tcp dport 8080 notrack"), bind("0.0.0.0:8080"), ""},
		{"dropped in a chain of type nat for input", nft(keeps + "add table inet t; add chain inet t p { type nat hook input priority 100; }; add rule inet t p tcp dport 8080 drop"), bind("8080"),
			"inet t p handle 2: 8080 drop"},
		{"dropped in a chain of type nat on the way out", nft("add table inet t; add chain inet t p { type nat hook output priority -100; }; add rule inet t p tcp sport 8080 drop"), bind("8080"), ""},
		{"what is not tracked is dropped", nft(open + rules + "ct state untracked drop; add chain inet t r { type filter hook prerouting priority raw; }; add rule inet t r tcp dport 8080 notrack"), bind("8080"),
			"inet t i handle 2: 8080 drop"},
		{"iptables policy", "iptables -P INPUT DROP", bind("8080"), "ip filter INPUT policy: 8080 drop, at [192.0.2.1]"},
		{"iptables, usual rules", `iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
			iptables -A INPUT -m state --state ESTABLISHED -j ACCEPT
			iptables -A INPUT -i lo -j ACCEPT
			iptables -A INPUT -p icmp -j ACCEPT
			iptables -A INPUT -p tcp --tcp-flags ALL FIN,URG,PSH -j DROP
			iptables -A INPUT -m limit --limit 3/min -j LOG
			iptables -A INPUT -j REJECT --reject-with icmp-host-prohibited`, bind("0.0.0.0:8080"), "ip filter INPUT handle 8: 8080 reject"},
		{"iptables, the port is let in", "iptables -P INPUT DROP; iptables -A INPUT -p tcp -m tcp --sport 1024:65535 --dport 8080 -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT", bind("0.0.0.0:8080"), ""},
		{"iptables, let in by multiport and comment", "iptables -P INPUT DROP; iptables -A INPUT -p tcp -m multiport --dports 80,8080 -m comment --comment web -j ACCEPT", bind("0.0.0.0:8080"), ""},
		{"iptables, every port of the address", "iptables -P INPUT DROP; iptables -A INPUT -m addrtype --dst-type LOCAL -j ACCEPT", bind("0.0.0.0:8080"), ""},
		{"iptables-legacy policy", "iptables-legacy -P INPUT DROP", bind("0.0.0.0:8080"), "iptables-legacy filter INPUT policy: 8080 drop"},
		{"iptables-legacy, the port is let in", "iptables-legacy -P INPUT DROP; iptables-legacy -A INPUT -p tcp --dport 8080 -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT", bind("0.0.0.0:8080"), ""},
		{"iptables-legacy, new connections alone are let in", "iptables-legacy -P INPUT DROP; iptables-legacy -A INPUT -p tcp --dport 8080 -m conntrack --ctstate NEW -j ACCEPT", bind("0.0.0.0:8080"),
			"iptables-legacy filter INPUT policy: 8080 drop"},
		{"iptables-legacy rule in a chain", "iptables-legacy -N MINE; iptables-legacy -A INPUT -m state --state NEW -j MINE; iptables-legacy -A MINE -p tcp --dport 8080 -j REJECT", bind("0.0.0.0:8080"),
			"iptables-legacy filter MINE rule 1: 8080 reject"},
		{"ip6tables-legacy routing header", "ip6tables-legacy -A INPUT -m rt --rt-type 0 -j DROP", bind("[::]:8080"), ""},

		{"published, policy of input", "iptables -P INPUT DROP", publish("0.0.0.0:8080:80"), ""},
		{"published, policy of input for both", nft(in + usual), publish("8080:80"), shut + ", at [2001:db8::1]"},
		{"published, policy of forward before Docker came", "iptables -P FORWARD DROP", publish("8080:80"), ""},
		{"published, policy that Docker sets", docker, publish("8080:80"), ""},
		{"published, dropped by the port of the container", docker + "iptables -I DOCKER-USER -p tcp --dport 80 -j DROP", publish("8080:80"),
			"ip filter DOCKER-USER handle 8: 8080 drop, at [192.0.2.1], forwarded"},
		{"published, dropped by a port that is the host's", docker + "iptables -I DOCKER-USER -p tcp --dport 8080 -j DROP", publish("8080:80"), ""},
		{"published, dropped by the port that was asked", docker + "iptables -I DOCKER-USER -p tcp -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -j REJECT", publish("8080:80"),
			"ip filter DOCKER-USER handle 8: 8080 reject, at [192.0.2.1], forwarded"},
		{"published, all but a network dropped", docker + "iptables -I DOCKER-USER -i eth0 ! -s 10.0.0.0/8 -j DROP", publish("8080:80"),
			"ip filter DOCKER-USER handle 8: 8080 drop, but for some, at [192.0.2.1], forwarded"},
		{"published, dropped by Docker's device", docker + "ip link add docker0 type bridge; iptables -I DOCKER-USER -i eth0 -o docker0 -j DROP", publish("8080:80"),
			"ip filter DOCKER-USER handle 8: 8080 drop, at [192.0.2.1], forwarded"},
		{"published, one of a range dropped", docker + "iptables -I DOCKER-USER -p tcp --dport 81 -j DROP", publish("8080-8082:80-82"),
			"ip filter DOCKER-USER handle 8: 8081 drop, at [192.0.2.1], forwarded"},
		{"published, policy of forward in another table", nft("add table inet t; add chain inet t f { type filter hook forward priority 0; policy drop; }"), publish("8080:80"),
			"inet t f policy: 8080 drop, at [192.0.2.1], forwarded"},
		{"published, translated packets are let by there", nft("add table inet t; add chain inet t f { type filter hook forward priority 0; policy drop; }; add rule inet t f ct status dnat accept"), publish("8080:80"), ""},
		{"published, the asked port is let by there", nft("add table inet t; add chain inet t f { type filter hook forward priority 0; policy drop; }; add rule inet t f meta l4proto tcp ct original proto-dst 8080 accept"), publish("8080:80"), ""},
		{"published, legacy", "iptables-legacy -N DOCKER; iptables-legacy -N DOCKER-USER; iptables-legacy -A FORWARD -j DOCKER-USER; iptables-legacy -A FORWARD -o docker0 -j DOCKER; " +
			"iptables-legacy -A DOCKER-USER -m conntrack --ctorigdst 192.0.2.1 -j DROP; iptables-legacy -P FORWARD DROP", publish("8080:80"),
			"iptables-legacy filter DOCKER-USER rule 1: 8080 drop, at [192.0.2.1], forwarded"},
	})
}

// filterTest is what filters that a script makes do to a want.
type filterTest struct {
	name, script string
	want         port.Requirement
	says         string
}

func askFilters(t *testing.T, tests []filterTest) {
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			script := tt.script
			if tt.want.Mode == port.Publish {
				script = "iptables -t nat -N DOCKER; iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER\n" + script
			}
			readIn(t, script, func(r *Rules) string { return refusals(r, tt.want) }, tt.says)
		})
	}
}
