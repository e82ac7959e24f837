package netfilter

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/safeport/safeport/internal/port"
)

// says are the rules that divert a want, one a line: name, ports, what it does.
func says(t *testing.T, r *Rules, w port.Requirement) string {
	var lines []string
	for _, c := range r.Redirected(w) {
		line := fmt.Sprintf("%s: %s %s", c.Rule.Name(), c.Ports, c.Rule.Does())
		if c.Rule.Some {
			line += ", some"
		}
		if c.Rule.Inside {
			line += ", from inside"
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func TestRulesOfARunningKernel(t *testing.T) {
	const in = "add table ip t; add chain ip t p { type nat hook prerouting priority -100; }; "
	tests := []struct {
		name, script string
		want         port.Requirement
		says         string
	}{
		{"nothing", "true", bind("8080"), ""},
		{"redirect", "nft '" + in + "add rule ip t p tcp dport 8080 redirect to :9090'", bind("8080"),
			"ip t p handle 2: 8080 redirect to :9090"},
		{"redirect of a range, some of it wanted", "nft '" + in + "add rule ip t p tcp dport 8000-8999 redirect to :9090'", bind("8990-9010"),
			"ip t p handle 2: 8990-8999 redirect to :9090"},
		{"iptables", "iptables -t nat -A PREROUTING -p tcp --dport 8080 -j REDIRECT --to-ports 9090", bind("8080"),
			"ip nat PREROUTING handle 2: 8080 redirect to :9090"},
		{"iptables multiport", "iptables -t nat -A PREROUTING -p tcp -m multiport --dports 80,8000:8100 -j DNAT --to-destination 10.0.0.1:80", bind("8080"),
			"ip nat PREROUTING handle 2: 8080 dnat to 10.0.0.1:80"},
		{"ip6tables", "ip6tables -t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination [2001:db8::9]:80", bind("8080"),
			"ip6 nat PREROUTING handle 2: 8080 dnat to [2001:db8::9]:80"},
		{"iptables-legacy", "iptables-legacy -t nat -A PREROUTING -p tcp --dport 8080 -j REDIRECT --to-ports 9090", bind("8080"),
			"iptables-legacy nat PREROUTING rule 1: 8080 redirect to :9090"},
		{"ip6tables-legacy, in a chain", `
			ip6tables-legacy -t nat -N MINE
			ip6tables-legacy -t nat -A MINE -p tcp -m tcp --dport 8080 -j DNAT --to-destination [2001:db8::9]:80
			ip6tables-legacy -t nat -A PREROUTING -d 2001:db8::1 -i eth0 -j MINE`, bind("8080"),
			"ip6tables-legacy nat MINE rule 1: 8080 dnat to [2001:db8::9]:80"},
		{"Docker in iptables-legacy, and a later chain of nftables", `
			iptables-legacy -t nat -N DOCKER
			iptables-legacy -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
			nft '` + in + "add rule ip t p tcp dport 8080 redirect to :9090'", publish("8080:80"),
			"ip t p handle 2: 8080 redirect to :9090, some"},
		{"Docker in iptables-legacy, and a chain of nftables that is asked later", `
			iptables-legacy -t nat -N DOCKER
			iptables-legacy -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
			nft 'add table ip t; add chain ip t p { type nat hook prerouting priority -90; }; add rule ip t p tcp dport 8080 redirect to :9090'`, publish("8080:80"), ""},
		{"TPROXY", "iptables -t mangle -A PREROUTING -p tcp --dport 8080 -j TPROXY --on-port 1234", bind("8080"),
			"ip mangle PREROUTING handle 2: 8080 tproxy to :1234"},
		{"another address", "nft '" + in + "add rule ip t p ip daddr 192.0.2.9 tcp dport 8080 redirect to :9090'", bind("8080"), ""},
		{"an address of the host", "nft '" + in + "add rule ip t p ip daddr 192.0.2.1 tcp dport 8080 redirect to :9090'", bind("8080"),
			"ip t p handle 2: 8080 redirect to :9090"},
		{"an address of the host that is not wanted", "nft '" + in + "add rule ip t p ip daddr 192.0.2.1 tcp dport 8080 redirect to :9090'", bind("127.0.0.1:8080"), ""},
		{"another device", "nft '" + in + "add rule ip t p iifname eth7 tcp dport 8080 redirect to :9090'", bind("8080"), ""},
		{"every other device", "nft '" + in + "add rule ip t p iifname != eth7 tcp dport 8080 redirect to :9090'", bind("8080"),
			"ip t p handle 2: 8080 redirect to :9090"},
		{"devices by the start of their name", "nft '" + in + "add rule ip t p iifname \"eth*\" tcp dport 8080 redirect to :9090'", bind("8080"),
			"ip t p handle 2: 8080 redirect to :9090"},
		{"the other protocol", "nft '" + in + "add rule ip t p udp dport 8080 redirect to :9090'", bind("8080"), ""},
		{"UDP", "nft '" + in + "add rule ip t p udp dport 8080 redirect to :9090'", bind("8080/udp"),
			"ip t p handle 2: 8080 redirect to :9090"},
		{"both protocols", "nft '" + in + "add rule ip t p meta l4proto { tcp, udp } th dport 8080 redirect to :9090'", bind("8080/udp"),
			"ip t p handle 3: 8080 redirect to :9090"},
		{"no port: all of them", "nft '" + in + "add rule ip t p meta l4proto tcp redirect to :9090'", bind("8080-9090"),
			"ip t p handle 2: 8080-9089 redirect to :9090"},
		{"no port, to the same port", "nft '" + in + "add rule ip t p meta l4proto tcp redirect'", bind("8080"), ""},
		{"every port but one", "nft '" + in + "add rule ip t p tcp dport != 22 redirect to :9090'", bind("20-30"),
			"ip t p handle 2: 20-21 redirect to :9090\nip t p handle 2: 23-30 redirect to :9090"},
		{"ports above one", "nft '" + in + "add rule ip t p tcp dport > 8085 redirect to :9090'", bind("8080-8090"),
			"ip t p handle 2: 8086-8090 redirect to :9090"},
		{"set", "nft '" + in + "add rule ip t p tcp dport { 80, 8080 } redirect to :9090'", bind("8080"),
			"ip t p handle 3: 8080 redirect to :9090"},
		{"set of intervals", "nft '" + in + "add rule ip t p tcp dport { 80-90, 8000-8085, 9000 } redirect to :9090'", bind("8080-8090"),
			"ip t p handle 3: 8080-8085 redirect to :9090"},
		{"not in the set", "nft '" + in + "add rule ip t p tcp dport != { 80-90, 8000-8085 } redirect to :9090'", bind("8080-8090"),
			"ip t p handle 3: 8086-8090 redirect to :9090"},
		{"map of ports to servers", "nft '" + in + "add rule ip t p dnat to tcp dport map { 80 : 10.0.0.1 . 81, 8080 : 10.0.0.2 . 82 }'", bind("8080"),
			"ip t p handle 3: 8080 dnat to 10.0.0.2:82"},
		{"map of ports to ports", "nft '" + in + "add rule ip t p meta l4proto tcp redirect to :tcp dport map { 80 : 81, 8080 : 82 }'", bind("8080"),
			"ip t p handle 3: 8080 redirect to :82"},
		{"verdict map", "nft '" + in + "add chain ip t c; add rule ip t c meta l4proto tcp counter dnat to 10.0.0.1:80; add rule ip t p tcp dport vmap { 80 : accept, 8080 : jump c }'", bind("8080"),
			"ip t c handle 3: 8080 dnat to 10.0.0.1:80"},
		{"verdict map of protocol and port", "nft '" + in + "add chain ip t c; add rule ip t c meta l4proto tcp dnat to 10.0.0.1:80; add rule ip t p meta l4proto . th dport vmap { udp . 80 : accept, tcp . 8080 : goto c }'", bind("8080"),
			"ip t c handle 3: 8080 dnat to 10.0.0.1:80"},
		{"map of address, protocol and ranges of ports", "nft '" + in + "add chain ip t c; add rule ip t c dnat to 10.0.0.1; " +
			"add map ip t m { type ipv4_addr . inet_proto . inet_service : verdict; flags interval; }; " +
			"add element ip t m { 192.0.2.0/24 . tcp . 8000-8085 : jump c, 192.0.3.0/24 . tcp . 0-65535 : jump c }; " +
			"add rule ip t p ip daddr . meta l4proto . th dport vmap @m'", bind("8080-8090"),
			"ip t c handle 3: 8080-8085 dnat to 10.0.0.1"},
		{"accepted before", "nft '" + in + "add rule ip t p tcp dport 8080 accept; add rule ip t p meta l4proto tcp redirect to :9090'", bind("8080"), ""},
		{"returned before", "nft '" + in + "add chain ip t c; add rule ip t c tcp dport 8080 return; add rule ip t c meta l4proto tcp redirect to :9090; add rule ip t p jump c'", bind("8080-8081"),
			"ip t c handle 4: 8081 redirect to :9090"},
		{"after a jump that comes back", "nft '" + in + "add chain ip t c; add rule ip t c tcp dport 80 accept; add rule ip t p jump c; add rule ip t p tcp dport 8080 redirect to :9090'", bind("8080"),
			"ip t p handle 5: 8080 redirect to :9090"},
		{"after a goto that does not", "nft '" + in + "add chain ip t c; add rule ip t p goto c; add rule ip t p tcp dport 8080 redirect to :9090'", bind("8080"), ""},
		{"output", "nft 'add table ip t; add chain ip t o { type nat hook output priority -100; }; add rule ip t o tcp dport 8080 redirect to :9090'", bind("8080"),
			"ip t o handle 2: 8080 redirect to :9090, from inside"},
		{"output to others", "nft 'add table ip t; add chain ip t o { type nat hook output priority -100; }; add rule ip t o oifname eth0 tcp dport 8080 redirect to :9090'", bind("8080"), ""},
		{"local destinations", "nft '" + in + "add rule ip t p fib daddr type local tcp dport 8080 dnat to 10.0.0.1:80'", bind("8080"),
			"ip t p handle 2: 8080 dnat to 10.0.0.1:80"},
		{"both families", "nft 'add table inet t; add chain inet t p { type nat hook prerouting priority -100; }; add rule inet t p tcp dport 8080 redirect to :9090 comment \"mine\"'", bind("[::]:8080"),
			"inet t p handle 2: 8080 redirect to :9090"},
		{"clients of one address", "nft '" + in + "add rule ip t p ip saddr 198.51.100.7 tcp dport 8080 redirect to :9090'", bind("8080"),
			"ip t p handle 2: 8080 redirect to :9090, some"},
		{"clients of the network", "nft '" + in + "add rule ip t p ip saddr 192.0.2.0/23 tcp dport 8080 redirect to :9090'", bind("8080"),
			"ip t p handle 2: 8080 redirect to :9090"},
		{"new connections", "nft '" + in + "add rule ip t p ct state new tcp dport 8080 redirect to :9090'", bind("8080"),
			"ip t p handle 2: 8080 redirect to :9090"},
		{"not tracked", "nft '" + in + "add rule ip t p tcp dport 8080 redirect to :9090; add chain ip t r { type filter hook prerouting priority raw; }; add rule ip t r tcp dport 8080-8085 notrack'", bind("8080"), ""},
		{"others not tracked", "nft '" + in + "add rule ip t p tcp dport 8080 redirect to :9090; add chain ip t r { type filter hook prerouting priority raw; }; add rule ip t r udp dport 8080 notrack'", bind("8080"),
			"ip t p handle 2: 8080 redirect to :9090"},
		{"iptables, not tracked", "iptables -t raw -A PREROUTING -p tcp --dport 8080 -j CT --notrack; iptables -t nat -A PREROUTING -p tcp --dport 8080 -j REDIRECT --to-ports 9090", bind("8080"), ""},
		{"to loopback, where nobody gets in from outside", "nft '" + in + "add rule ip t p tcp dport 8080 dnat to 127.0.0.1'", bind("8080"),
			"ip t p handle 2: 8080 dnat to 127.0.0.1"},
		{"to loopback, where everybody gets in", "echo 1 >/proc/sys/net/ipv4/conf/eth0/route_localnet; nft '" + in + "add rule ip t p tcp dport 8080 dnat to 127.0.0.1'", bind("8080"), ""},
		{"a mark that nobody sets", "nft '" + in + "add rule ip t p meta mark 0x1 tcp dport 8080 redirect to :9090'", bind("8080"), ""},
		{"a share of connections", "nft '" + in + "add rule ip t p tcp dport 8080 numgen random mod 10 < 5 redirect to :9090'", bind("8080"),
			"ip t p handle 2: 8080 redirect to :9090, some"},
		{"the rule that comes first", "nft '" + in + "add rule ip t p tcp dport 8080 redirect to :9090; add rule ip t p tcp dport 8080 redirect to :9091'", bind("8080"),
			"ip t p handle 2: 8080 redirect to :9090"},
		{"nft TPROXY", "nft 'add table ip t; add chain ip t p { type filter hook prerouting priority -150; }; add rule ip t p tcp dport 8080 tproxy to :1234 accept'", bind("8080"),
			"ip t p handle 2: 8080 tproxy to :1234"},
		{"Istio", `iptables -t nat -N ISTIO_REDIRECT
			iptables -t nat -A ISTIO_REDIRECT -p tcp -j REDIRECT --to-ports 15006
			iptables -t nat -N ISTIO_INBOUND
			iptables -t nat -A ISTIO_INBOUND -p tcp --dport 22 -j RETURN
			iptables -t nat -A ISTIO_INBOUND -p tcp -j ISTIO_REDIRECT
			iptables -t nat -A PREROUTING -p tcp -j ISTIO_INBOUND`, bind("22-23"),
			"ip nat ISTIO_REDIRECT handle 2: 23 redirect to :15006"},
		{"Docker's chain, for a port that it is to publish", `iptables -t nat -N DOCKER
			iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
			iptables -t nat -A PREROUTING -p tcp --dport 8080 -j REDIRECT --to-ports 9090`, publish("8080:80"), ""},
		{"Docker's chain, iptables-legacy after it, for a port that it is to publish", `iptables -t nat -N DOCKER
			iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
			iptables-legacy -t nat -A PREROUTING -p tcp --dport 8080 -j REDIRECT --to-ports 9090`, publish("8080:80"),
			"iptables-legacy nat PREROUTING rule 1: 8080 redirect to :9090"},
		{"Docker's chain, a chain of lower priority, for a port that it is to publish", `iptables -t nat -N DOCKER
			iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
			nft 'add table ip t; add chain ip t p { type nat hook prerouting priority -110; }; add rule ip t p tcp dport 8080 redirect to :9090'`, publish("8080:80"),
			"ip t p handle 2: 8080 redirect to :9090"},
		{"Docker's chain, a chain of higher priority, for a port that it is to publish", `iptables -t nat -N DOCKER
			iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
			nft 'add table ip t; add chain ip t p { type nat hook prerouting priority -90; }; add rule ip t p tcp dport 8080 redirect to :9090'`, publish("8080:80"), ""},
		{"a chain of another table that accepts before", "nft '" + in + "add rule ip t p tcp dport 8080 redirect to :9090; add table ip u; " +
			"add chain ip u p { type nat hook prerouting priority -110; }; add rule ip u p accept'", bind("8080"), "ip t p handle 2: 8080 redirect to :9090"},
		{"a chain of another table that maps before", "nft '" + in + "add rule ip t p tcp dport 8080 redirect to :9090; add table ip u; " +
			"add chain ip u p { type nat hook prerouting priority -110; }; add rule ip u p tcp dport 8080 redirect to :8080'", bind("8080"), ""},
		{"TPROXY before the translation, whatever its priority", "nft '" + in + "add table ip u; add chain ip u p { type nat hook prerouting priority -160; }; " +
			"add rule ip u p tcp dport 8080 redirect to :9090; add chain ip u f { type filter hook prerouting priority -150; }; add rule ip u f tcp dport 8080 tproxy to :1234 accept'", bind("8080"),
			"ip u f handle 4: 8080 tproxy to :1234"},
		{"output, UDP to another address of loopback", "nft 'add table ip t; add chain ip t o { type nat hook output priority -90; }; add rule ip t o ip daddr 127.0.0.2 udp dport 8080 redirect to :9090'", bind("127.0.0.2:8080/udp"),
			"ip t o handle 2: 8080 redirect to :9090, from inside"},
		{"output, to yet another address of loopback", "nft 'add table ip t; add chain ip t o { type nat hook output priority -90; }; add rule ip t o ip daddr 127.0.0.3 udp dport 8080 redirect to :9090'", bind("127.0.0.2:8080/udp"), ""},
		{"Docker's chain, for a program", `iptables -t nat -N DOCKER
			iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
			iptables -t nat -A PREROUTING -p tcp --dport 8080 -j REDIRECT --to-ports 9090`, bind("8080"),
			"ip nat PREROUTING handle 4: 8080 redirect to :9090"},
		{"iptables-legacy, flags and addresses", `iptables-legacy -t nat -A PREROUTING ! -d 192.0.2.1 -p tcp --dport 8080 -j REDIRECT --to-ports 9090
			iptables-legacy -t nat -A PREROUTING ! -i eth0 -p tcp --dport 8080 -j REDIRECT --to-ports 9090
			iptables-legacy -t nat -A PREROUTING ! -s 192.0.2.0/24 -p tcp --syn ! --dport 81 -j REDIRECT --to-ports 9090`, bind("8080"),
			"iptables-legacy nat PREROUTING rule 3: 8080 redirect to :9090, some"},
		{"iptables-legacy, output", "iptables-legacy -t nat -A OUTPUT -d 127.0.0.0/8 -p tcp --dport 8080 -j REDIRECT --to-ports 9090", bind("8080"),
			"iptables-legacy nat OUTPUT rule 1: 8080 redirect to :9090, some, from inside"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			readIn(t, tt.script, func(r *Rules) string { return says(t, r, tt.want) }, tt.says)
		})
	}
}

func publish(s string) port.Requirement {
	w, err := port.ParsePublish(s)
	if err != nil {
		panic(err)
	}
	return w
}

func bind(s string) port.Requirement {
	w, err := port.Parse(s)
	if err != nil {
		panic(err)
	}
	return w
}
