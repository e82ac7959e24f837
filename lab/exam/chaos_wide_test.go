package exam

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/moby/moby/client"

	"github.com/safeport/safeport/lab"
)

var wide = flag.Bool("wide", false, "random situations of more kinds: addresses, networks of containers, rules with conditions, users")

// wideScene is a random situation of the kinds that [randomScene] lacks, mixed with its own.
func (d dice) wideScene() scene {
	s := scene{want: want{mode: bound, protocol: d.of("tcp", "tcp", "udp"), count: 1}, as: lab.Root}
	s.want.addr = d.of("", "", "", "0.0.0.0", "127.0.0.1", "192.0.2.1", "127.9.9.9", "127.255.255.254", "::1", "::", "2001:db8::1",
		"172.17.0.1", "192.0.2.77", "198.51.100.7", "2001:db8::77")
	if d.one(3) {
		s.want.mode = published
		s.want.addr = d.of("", "", "0.0.0.0", "127.0.0.1", "192.0.2.1", "::", "::1", "2001:db8::1", "192.0.2.77", "127.9.9.9")
	}
	if s.want.mode == bound {
		switch d.IntN(8) {
		case 0, 1:
			s.as = lab.Somebody
		case 2:
			u := lab.Nobody
			s.want.user = &u
		case 3:
			s.want.shared = true
			s.pieces = append(s.pieces, d.wideSocket(), d.socket())
			return s // who answers is a matter of chance, and is not asked
		}
	}
	if d.one(6) {
		s.want.count = 2 + d.IntN(2)
	}
	if d.one(8) {
		s.low = true
	}
	if d.one(4) {
		d.several(&s)
		if d.one(2) {
			return s
		}
	}
	for range 1 + d.IntN(3) {
		s.pieces = append(s.pieces, d.widePiece())
	}
	return s
}

func (d dice) widePiece() piece {
	switch n := d.IntN(100); {
	case n < 22:
		return d.wideSocket()
	case n < 42:
		return d.wideNft()
	case n < 54:
		return d.wideIptables()
	case n < 66:
		return d.link()
	case n < 76:
		return d.wideRoute()
	case n < 84:
		return d.wideSetting()
	case n < 92:
		return d.networked()
	case n < 93:
		return d.daemon()
	}
	switch d.IntN(5) {
	case 0:
		return d.socket()
	case 1:
		return d.nft()
	case 2:
		return d.route()
	case 3:
		return d.setting()
	}
	return d.container()
}

// wideSocket is one in a state, or with an option, that few have.
func (d dice) wideSocket() piece {
	addr := d.of("0.0.0.0", "127.0.0.1", "192.0.2.1", "192.0.2.77", "172.17.0.1", "[::]", "[::1]", "[2001:db8::1]", "[::ffff:192.0.2.1]", "[::ffff:0.0.0.0]", "224.0.0.251", "127.255.255.254")
	at := addr + ":" + d.of("{P}", "{P}", "{P}", "{P+1}")
	user, called := lab.Root, ""
	if d.one(3) {
		user, called = lab.Somebody, " as somebody"
	}
	args := []string{"hold"}
	options := []string{"-listen", "-reuseaddr", "-reuseport", "-v6only", "-freebind", "-late-reuse", "-mptcp"}
	switch d.IntN(5) {
	case 0:
		args = []string{"connection", "-state", d.of("fin-wait", "close-wait", "syn-sent", "time-wait", "established"), d.of("192.0.2.1", "127.0.0.1", "[::1]") + ":{P}"}
		options = []string{"-server", "-reuseaddr", "-reuseport"}
		at = ""
	case 1:
		args = append(args, "-udp", "-connect", d.of("192.0.2.2:53", "127.0.0.1:53"))
		options = []string{"-reuseaddr", "-reuseport"}
		at = d.of("0.0.0.0", "127.0.0.1", "192.0.2.1") + ":{P}"
	case 2:
		args = append(args, "-udp")
		options = []string{"-reuseaddr", "-reuseport", "-v6only", "-freebind", "-late-reuse"}
	}
	for _, option := range options {
		if d.one(3) && (option != "-v6only" || strings.Contains(at, "[")) {
			args = slices.Insert(args, 1, option)
		}
	}
	if at != "" {
		args = append(args, at)
	}
	return d.standing(strings.Join(args, " ")+called, user, args)
}

func (d dice) standing(name string, user lab.User, args []string) piece {
	return piece{name, func(g *stage) error {
		end, err := g.TryStandin(g, lab.Process{Name: "nginx", As: user, Args: g.expandAll(args)})
		if err == nil {
			g.Cleanup(end)
		}
		return err
	}}
}

// wideNft is a table with sets, jumps and conditions of more kinds.
func (d dice) wideNft() piece {
	family := d.of("ip", "ip6", "inet", "inet")
	name := fmt.Sprintf("wide%d", d.IntN(1_000_000))
	port := d.of("tcp dport {P}", "tcp dport {P}", "udp dport {P}", "meta l4proto { tcp, udp } th dport {P}", "tcp dport @ports", "th dport {P}", "tcp sport {P}")
	nat := d.one(3)
	condition := d.of("", "", "ct state new", "tcp flags syn / fin,syn,rst,ack", "tcp flags & (fin|syn|rst|ack) == syn", "limit rate 1/second", "limit rate over 1000/second",
		"meta skuid 0", "meta skuid 65533", "ct mark 0", "ct mark 7", "meta mark & 0xff == 0", "meta pkttype unicast", "meta pkttype broadcast", "meta length < 1000", "ct direction original",
		"ct status dnat", "ct original proto-dst {P}", "ct original proto-dst 80", "numgen random mod 2 < 2", "numgen inc mod 2 == 0", "fib daddr type { local, broadcast }", "fib saddr . iif oif missing",
		"fib daddr . iif type local", "meta iiftype ether", "meta iiftype loopback", "meta iifgroup 0", "meta nfproto ipv4", "meta nfproto ipv6", "ct count over 1000", "ct count over 0", "socket transparent 1",
		"socket wildcard 0", "ether type ip", "ct packets < 10", "quota over 10 mbytes", "rt ipsec missing", "meta cgroup 0", "ct zone 0", "meta protocol ip", "meta time > \"2020-01-01\"", "meta hour >= \"00:00\"", "iif . oif { eth0 . docker0 }",
		"@th,16,16 {P}", "@ih,0,8 0", "ct expiration > 1s", "tcp option maxseg size 1-9000", "tcp option sack-perm exists", "tcp window > 0")
	if family == "ip" {
		condition = d.of(condition, condition, "ip ttl < 2", "ip ttl > 1", "ip saddr @nets", "ip daddr . tcp dport { 192.0.2.1 . {P} }", "ip protocol tcp", "ip dscp cs0", "ip frag-off & 0x1fff == 0",
			"ip saddr . ip daddr { 192.0.2.2 . 192.0.2.1 }", "ip saddr & 255.255.255.0 == 192.0.2.0", "ip version 4", "ip option lsrr exists", "rt nexthop 192.0.2.2", "ip length > 40")
	}
	acts := []string{"drop", "drop", "reject", "reject with tcp reset", "accept", "jump sub", "goto sub", "queue num 3", "queue flags bypass to 3", "counter drop", "log drop", "meta mark set 9", "return",
		"tcp dport vmap { {P} : drop }", "tcp dport vmap @verdicts", "meta l4proto vmap { tcp : drop, udp : accept }", "ct mark set 9 drop", "dup to 192.0.2.2", "synproxy mss 1460 wscale 7"}
	hook := d.of("input", "input", "prerouting", "output", "forward", "postrouting")
	kind, priority := "filter", d.of("-310", "-150", "-5", "0", "5", "100", "300")
	if nat {
		hook, kind, priority = d.of("prerouting", "prerouting", "output"), "nat", d.of("-110", "-100", "-99", "0")
		acts = []string{"redirect", "redirect to :{P+1}", "redirect to :{P}-{P+1}", "redirect to :tcp dport map { {P} : {P+1} }", "redirect to :numgen inc mod 2 offset {P}", "dnat to {v}", "dnat to {v}:{P+1}", "jump sub", "drop", "accept",
			"masquerade"}
	} else if hook == "prerouting" && d.one(4) {
		acts = []string{"tproxy to :{P+1}", "tproxy to :{P+1} meta mark set 1 accept", "tproxy to :{P}", "notrack", "meta mark set 9 accept", "ct zone set 5"}
	}
	if hook != "input" && hook != "output" && hook != "forward" && !nat {
		acts = slices.DeleteFunc(acts, func(a string) bool { return strings.HasPrefix(a, "reject") })
	}
	act := d.of(acts...)
	v := map[string]string{"ip": d.of("192.0.2.1", "192.0.2.2", "127.0.0.1"), "ip6": d.of("2001:db8::1", "2001:db8::2", "::1")}[family]
	act = strings.ReplaceAll(act, "{v}", v)
	if family == "inet" {
		act = strings.NewReplacer("dnat to :", "dnat ip to 192.0.2.2:", "dnat to ", "dnat ip to 192.0.2.2").Replace(act)
		act = strings.ReplaceAll(act, "dup to 192.0.2.2", "drop")
	}
	sub := d.of("drop", "accept", "return", "{port} drop", "jump sub2", "ct state new drop", "counter")
	if nat {
		sub = d.of("{port} redirect to :{P+1}", "accept", "return", "jump sub2")
	}
	sub = strings.ReplaceAll(sub, "{port}", port)
	rule := strings.TrimSpace(condition + " " + port + " " + act)
	if d.one(3) {
		rule = strings.TrimSpace(port + " " + condition + " " + act)
	}
	before := d.of("", "", "", "meta mark set 7;", "ct mark set meta mark;", "ct state established accept;", "iifname \"eth*\" accept;", "iifname lo accept;", port+" accept;")
	sub2 := d.of("return", "drop", "accept")
	if nat {
		sub2 = d.of("return", "accept")
	}
	parts := []string{}
	if strings.Contains(rule+sub, "@ports") {
		parts = append(parts, "set ports { type inet_service; flags interval; elements = { "+d.of("{P}", "{P}-{P+3}", "1-1000, {P}", "{P+1}-{P+4}")+" }; };")
	}
	if strings.Contains(rule, "@nets") {
		parts = append(parts, "set nets { type ipv4_addr; flags interval; elements = { "+d.of("192.0.2.0/24", "10.0.0.0/8", "192.0.2.2", "0.0.0.0/0", "192.0.2.3-192.0.2.254")+" }; };")
	}
	if strings.Contains(rule, "@verdicts") {
		parts = append(parts, "map verdicts { type inet_service : verdict; elements = { {P} : "+d.of("drop", "accept", "jump sub")+" }; };")
	}
	parts = append(parts, "chain sub2 { "+sub2+"; };", "chain sub { "+sub+"; };",
		fmt.Sprintf("chain c { type %s hook %s priority %s; policy accept; %s %s; };", kind, hook, priority, before, rule))
	text := fmt.Sprintf("table %s %s { %s }", family, name, strings.Join(parts, " "))
	return piece{"nft " + text, func(g *stage) error {
		err := g.attempt("nft", g.expand(text))
		if err == nil {
			g.Cleanup(func() { g.attempt("nft", "delete table "+family+" "+name) })
		}
		return err
	}}
}

// wideIptables is a rule with matches and targets of more kinds.
func (d dice) wideIptables() piece {
	program := d.of("iptables", "iptables", "iptables-legacy", "iptables-legacy", "ip6tables", "ip6tables-legacy")
	v6 := strings.HasPrefix(program, "ip6")
	protocol := d.of("tcp", "tcp", "udp")
	words := []string{"-p", protocol}
	words = append(words, strings.Fields(d.of("--dport {P}", "--dport {P}", "--dport {P}:{P+3}", "! --dport {P}", "--sport {P}", "-m multiport --ports {P},{P+1}", "-m multiport ! --dports 22,80,{P+1}"))...)
	matches := []string{"", "", "-m conntrack --ctstate NEW", "-m state --state NEW", "-m conntrack --ctorigdstport {P}", "-m conntrack --ctstate DNAT", "-m mark --mark 0", "-m mark ! --mark 0/0xff", "-m limit --limit 1/s",
		"-m connlimit --connlimit-above 100", "-m connlimit --connlimit-above 0", "-m recent --name x --set", "-m recent --name x --update --seconds 60 --hitcount 4", "-m hashlimit --hashlimit-above 100/s --hashlimit-name y",
		"-m statistic --mode random --probability 0.5", "-m statistic --mode random --probability 1", "-m time --timestart 00:00 --timestop 23:59:59", "-m length --length 0:1000", "-m pkttype --pkt-type unicast",
		"-m comment --comment hello", "-m string --algo bm --string GET", "-m mac --mac-source 02:00:00:00:00:09", "-m addrtype --dst-type LOCAL", "-m addrtype --src-type LOCAL", "-m addrtype ! --src-type LOCAL",
		"-m rpfilter --invert", "-m socket", "-m cpu --cpu 0", "-m u32 --u32 0>>28=4", "-m connmark --mark 0", "-i eth0", "-i eth+", "! -i lo", "-i docker0", "-i br+", "-m devgroup --src-group 0",
		"-m conntrack --ctdir ORIGINAL", "-m conntrack --ctproto 6", "-m policy --dir in --pol none", "-m physdev --physdev-in eth0", "-m conntrack ! --ctstate ESTABLISHED,RELATED", "-m connbytes --connbytes 0:1000 --connbytes-dir both --connbytes-mode packets"}
	if !v6 {
		matches = append(matches, "-m ttl --ttl-gt 1", "-m ttl --ttl-lt 2", "-m iprange --src-range 192.0.2.2-192.0.2.9", "-m iprange --dst-range 192.0.2.1-192.0.2.1", "! -s 192.0.2.0/24", "! -d 127.0.0.0/8", "! -f", "-s 10.0.0.0/8",
			"-m realm --realm 0", "-m dscp --dscp 0", "-m ecn --ecn-ip-ect 0", "-m conntrack --ctorigdst 192.0.2.1")
	}
	if protocol == "tcp" {
		matches = append(matches, "--syn", "! --syn", "--tcp-flags SYN,RST SYN", "-m tcpmss --mss 1:9000", "--tcp-option 2")
	}
	words = append(words, strings.Fields(d.of(matches...))...)
	if d.one(3) {
		words = append(words, strings.Fields(d.of(matches...))...)
	}
	var head, target []string
	switch d.IntN(8) {
	case 0, 1:
		head = []string{"-t", "nat", "-I", d.of("PREROUTING", "PREROUTING", "OUTPUT")}
		to := "192.0.2.2"
		if v6 {
			to = "2001:db8::2"
		}
		target = strings.Fields(d.of("-j REDIRECT --to-ports {P+1}", "-j REDIRECT", "-j REDIRECT --to-ports {P}-{P+2}", "-j REDIRECT --to-ports {P+1} --random", "-j DNAT --to-destination "+to, "-j NETMAP --to "+to, "-j RETURN", "-j LOG", "-j MARK --set-mark 1", "-g {chain}"))
	case 2:
		head = []string{"-t", "mangle", "-I", d.of("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING")}
		target = strings.Fields(d.of("-j DROP", "-j MARK --set-mark 9", "-j ACCEPT", "-j TPROXY --on-port {P+1} --tproxy-mark 1", "-j CONNMARK --set-mark 1", "-j TTL --ttl-set 1", "-j TCPMSS --set-mss 500", "-j DSCP --set-dscp 10"))
	case 3:
		head = []string{"-t", "raw", "-I", d.of("PREROUTING", "OUTPUT")}
		target = strings.Fields(d.of("-j DROP", "-j NOTRACK", "-j CT --notrack", "-j CT --zone 3", "-j TRACE", "-j RETURN"))
	default:
		chains := []string{"INPUT", "INPUT", "INPUT", "OUTPUT", "FORWARD"}
		if program == "iptables" {
			chains = append(chains, "DOCKER-USER", "DOCKER-USER")
		}
		head = []string{"-t", "filter", "-I", d.of(chains...)}
		target = strings.Fields(d.of("-j DROP", "-j DROP", "-j REJECT", "-j ACCEPT", "-j {chain}", "-g {chain}", "-j NFQUEUE --queue-num 5", "-j NFQUEUE --queue-num 5 --queue-bypass", "-j LOG", "-j RETURN"))
		if protocol == "tcp" && d.one(6) {
			target = []string{"-j", "REJECT", "--reject-with", "tcp-reset"}
		}
	}
	chain := fmt.Sprintf("W%d", d.IntN(1_000_000))
	inner := d.of("-j DROP", "-j RETURN", "-j ACCEPT", "-p "+protocol+" --dport {P} -j DROP")
	if head[1] == "nat" {
		inner = "-p " + protocol + " --dport {P} -j REDIRECT --to-ports {P+1}"
	}
	all := slices.Concat(head, words, target)
	text := strings.ReplaceAll(strings.Join(all, " "), "{chain}", chain)
	name := program + " " + text
	own := strings.Contains(text, chain)
	if own {
		name += " (" + chain + ": " + inner + ")"
	}
	return piece{name, func(g *stage) error {
		if own {
			if err := g.attempt(program, "-t", head[1], "-N", chain); err != nil {
				return err
			}
			g.Cleanup(func() {
				g.attempt(program, "-t", head[1], "-F", chain)
				g.attempt(program, "-t", head[1], "-X", chain)
			})
			if err := g.attempt(append([]string{program, "-t", head[1], "-A", chain}, strings.Fields(g.expand(inner))...)...); err != nil {
				return err
			}
		}
		add := strings.Fields(g.expand(text))
		err := g.attempt(append([]string{program}, add...)...)
		if err == nil {
			g.Cleanup(func() {
				g.attempt(append([]string{program}, strings.Fields(strings.Replace(g.expand(text), " -I ", " -D ", 1))...)...)
			})
		}
		return err
	}}
}

// commands are one piece that is made, and unmade, by commands.
func commands(name string, do, undo []string) piece {
	return piece{name, func(g *stage) error {
		for _, line := range do {
			if err := g.attempt(strings.Fields(g.expand(line))...); err != nil {
				return err
			}
		}
		g.Cleanup(func() {
			for _, line := range undo {
				g.attempt(strings.Fields(g.expand(line))...)
			}
			forgetNeighbours(g)
		})
		return nil
	}}
}

// link is an address, or what a device does.
func (d dice) link() piece {
	list := []piece{
		commands("a second address of the network", []string{"ip address add 192.0.2.77/24 dev eth0"}, []string{"ip address del 192.0.2.77/24 dev eth0"}),
		commands("a second address of IPv6", []string{"ip address add 2001:db8::77/64 dev eth0 nodad"}, []string{"ip address del 2001:db8::77/64 dev eth0"}),
		commands("an address at loopback", []string{"ip address add 192.0.2.77/32 dev lo"}, []string{"ip address del 192.0.2.77/32 dev lo"}),
		commands("a network that is the host's", []string{"ip route add local 198.51.100.0/24 dev lo"}, []string{"ip route del local 198.51.100.0/24 dev lo"}),
		commands("a network that is the host's, at the device", []string{"ip route add local 192.0.2.64/27 dev eth0"}, []string{"ip route del local 192.0.2.64/27 dev eth0"}),
		commands("an address at a bridge", []string{"ip link add brw type bridge", "ip address add 198.51.100.7/24 dev brw", "ip link set brw up"}, []string{"ip link del brw"}),
		commands("an address at a device that is down", []string{"ip link add brw type bridge", "ip address add 198.51.100.7/24 dev brw"}, []string{"ip link del brw"}),
		commands("the address has no network", []string{"ip address del 192.0.2.1/24 dev eth0", "ip address add 192.0.2.1/32 dev eth0"}, []string{"ip address del 192.0.2.1/32 dev eth0", "ip address add 192.0.2.1/24 dev eth0"}),
		commands("loopback is down", []string{"ip link set lo down"}, []string{"ip link set lo up"}),
		commands("Docker's bridge is down", []string{"ip link set docker0 down"}, []string{"ip link set docker0 up"}),
		commands("no multicast", []string{"ip link set eth0 multicast off"}, []string{"ip link set eth0 multicast on"}),
		commands("tc drops the port", []string{"tc qdisc add dev eth0 ingress", "tc filter add dev eth0 parent ffff: protocol ip u32 match ip dport {P} 0xffff action drop"}, []string{"tc qdisc del dev eth0 ingress"}),
		commands("tc drops another port", []string{"tc qdisc add dev eth0 ingress", "tc filter add dev eth0 parent ffff: protocol ip u32 match ip dport {P+1} 0xffff action drop"}, []string{"tc qdisc del dev eth0 ingress"}),
		commands("the device is in a bridge", []string{"ip link add brw type bridge", "ip link set brw up", "ip link set eth0 master brw"}, []string{"ip link set eth0 nomaster", "ip link del brw"}),
	}
	return list[d.IntN(len(list))]
}

// wideRoute is a route or a rule of routing of more kinds.
func (d dice) wideRoute() piece {
	kind := d.of("blackhole", "unreachable", "prohibit")
	rule := d.of("from 192.0.2.1 "+kind, "from 192.0.2.2 "+kind, "fwmark 9 "+kind, "fwmark 0/0xff "+kind, "uidrange 0-0 "+kind, "uidrange 65533-65533 "+kind, "iif lo oif eth0 "+kind, "oif eth0 "+kind, "not from 192.0.2.1 "+kind,
		"ipproto udp sport {P} "+kind, "ipproto tcp dport {P} "+kind, "tos 0x10 "+kind, "pref 0 from 192.0.2.2 "+kind, "iif eth0 to 192.0.2.1 pref 0 "+kind, "fwmark 1 table 77", "from 192.0.2.1 table 77", "to 172.17.0.0/16 table 77",
		"pref 100 suppress_prefixlength 0 table main", "pref 100 goto 32766", "not fwmark 5 table 77", "from 192.0.2.1 ipproto tcp sport {P}-{P+1} "+kind, "to 192.0.2.2 dport {P} "+kind)
	route := d.of("", "", "", "local 0.0.0.0/0 dev lo table 77", "blackhole default table 77", "unreachable 192.0.2.2 table 77", "throw default table 77", "default via 192.0.2.2 table 77", "192.0.2.0/24 dev docker0 table 77")
	if d.one(4) {
		route, rule = d.of("blackhole 192.0.2.0/25", "throw 192.0.2.2", "192.0.2.2 dev lo", "local 192.0.2.2 dev lo", "broadcast 192.0.2.2 dev eth0", "192.0.2.2 via 192.0.2.9", "192.0.2.2 dev eth0 metric 5", "multicast 224.0.0.0/4 dev eth0",
			"unreachable default", "blackhole 127.0.0.0/9", "unreachable 192.0.2.1 table local", "192.0.2.2 dev eth0 mtu 600", "192.0.2.0/24 dev eth0 metric 0 src 192.0.2.1 onlink"), ""
	}
	var do, undo []string
	if route != "" {
		do, undo = append(do, "ip route add "+route), append(undo, "ip route del "+route)
	}
	if rule != "" && (route == "" || strings.Contains(rule, "77") || d.one(2)) {
		do, undo = append(do, "ip rule add "+rule), append(undo, "ip rule del "+rule)
	}
	return commands(strings.Join(do, "; "), do, undo)
}

// wideSetting is one of the kernel's that the other list lacks.
func (d dice) wideSetting() piece {
	s := strings.Fields(d.of("net.ipv4.conf.eth0.forwarding 0", "net.ipv4.conf.docker0.forwarding 0", "net.ipv4.conf.docker0.rp_filter 1", "net.ipv4.conf.docker0.route_localnet 1", "net.ipv4.conf.eth0.arp_filter 1", "net.ipv4.conf.all.src_valid_mark 1",
		"net.ipv4.ip_local_port_range 1024 65000", "net.ipv4.ip_local_reserved_ports {P}", "net.ipv4.ip_autobind_reuse 1", "net.ipv4.fwmark_reflect 1", "net.ipv4.tcp_fwmark_accept 1", "net.ipv4.ip_early_demux 0", "net.ipv6.ip_nonlocal_bind 1",
		"net.ipv4.tcp_tw_reuse 1", "net.ipv4.conf.eth0.accept_local 1", "net.ipv4.conf.lo.route_localnet 1", "net.ipv6.conf.all.forwarding 1", "net.ipv6.conf.lo.disable_ipv6 1", "net.netfilter.nf_conntrack_tcp_loose 0",
		"net.ipv4.ip_forward_update_priority 0", "net.ipv4.conf.eth0.rp_filter 1", "net.ipv4.conf.all.rp_filter 1", "net.ipv4.conf.all.log_martians 1", "net.ipv4.ip_unprivileged_port_start 80", "net.ipv4.ip_unprivileged_port_start 1024",
		"net.ipv4.ip_default_ttl 1", "net.netfilter.nf_conntrack_max 1", "net.ipv4.tcp_syncookies 2", "net.ipv6.auto_flowlabels 0", "net.ipv4.conf.eth0.bc_forwarding 1", "net.ipv4.conf.all.disable_policy 1", "net.ipv4.tcp_mem 0 0 0"))
	key, value := s[0], strings.Join(s[1:], " ")
	return piece{"sysctl " + key + "=" + value, func(g *stage) error {
		was, err := g.Sysctl(key, g.expand(value))
		if err == nil {
			g.Cleanup(func() {
				g.Sysctl(key, was)
				forgetNeighbours(g)
			})
		}
		return err
	}}
}

// networked is a container in a network of its own kind.
func (d dice) networked() piece {
	n := lab.Network{Name: fmt.Sprintf("wide%d", d.IntN(1_000_000))}
	name := d.of("", "internal", "host_binding_ipv4 192.0.2.1", "host_binding_ipv4 127.0.0.1", "icc off", "masquerade off", "macvlan", "none")
	switch f := strings.Fields(name); {
	case name == "internal":
		n.Internal = true
	case len(f) == 2 && f[0] == "host_binding_ipv4":
		n.Options = map[string]string{"com.docker.network.bridge.host_binding_ipv4": f[1]}
	case name == "icc off":
		n.Options = map[string]string{"com.docker.network.bridge.enable_icc": "false"}
	case name == "masquerade off":
		n.Options = map[string]string{"com.docker.network.bridge.enable_ip_masquerade": "false"}
	case name == "macvlan":
		n.Driver, n.Options = "macvlan", map[string]string{"parent": "eth0"}
	}
	protocol := d.of("tcp", "tcp", "udp")
	inside := d.of("80", "{P}", "{P+1}")
	spec := d.of("", "", "", "127.0.0.1:", "192.0.2.1:", "[::1]:", "0.0.0.0:") + d.of("{P}", "{P}", "{P+1}") + ":" + inside + "/" + protocol
	c := lab.Container{Name: n.Name, Image: "someone/other:1", Publish: []string{spec}, Restart: d.of("", "always", "unless-stopped", "on-failure"), Args: []string{protocol + "::" + inside}}
	state := d.of("run", "run", "run", "create", "stop", "pause", "kill")
	return piece{fmt.Sprintf("docker %s -p %s in a network (%s), restart %q", state, spec, name, c.Restart), func(g *stage) error {
		ctx := context.Background()
		if name != "none" {
			driver := n.Driver
			if driver == "" {
				driver = "bridge"
			}
			if _, err := g.engine.NetworkCreate(ctx, n.Name, client.NetworkCreateOptions{Driver: driver, Internal: n.Internal, Options: n.Options}); err != nil {
				return err
			}
			g.Cleanup(func() { g.engine.NetworkRemove(ctx, n.Name, client.NetworkRemoveOptions{}) })
			c.Networks = []string{n.Name}
		} else {
			c.NoNetwork = true
		}
		id, err := g.engine.Create(ctx, g.expandContainer(c))
		if err != nil {
			return err
		}
		g.Cleanup(func() { g.engine.Remove(ctx, id) })
		if state == "create" {
			return nil
		}
		if _, err = g.engine.ContainerStart(ctx, id, client.ContainerStartOptions{}); err != nil {
			return err
		}
		switch state {
		case "stop":
			_, err = g.engine.ContainerStop(ctx, id, client.ContainerStopOptions{})
		case "pause":
			_, err = g.engine.ContainerPause(ctx, id, client.ContainerPauseOptions{})
		case "kill":
			_, err = g.engine.ContainerKill(ctx, id, client.ContainerKillOptions{Signal: "KILL"})
		}
		return err
	}}
}

// daemon is a configuration of Docker's engine.
func (d dice) daemon() piece {
	text := d.of(`{"ip": "192.0.2.1"}`, `{"ip": "127.0.0.1"}`, `{"iptables": false}`, `{"live-restore": true}`, `{"ip-forward": false}`, `{"ip-masq": false}`, `{"icc": false}`, `{"ipv6": true, "fixed-cidr-v6": "fd00:7::/64"}`,
		`{"ipv6": true, "fixed-cidr-v6": "fd00:7::/64", "ip6tables": true, "experimental": true}`, `{"bip": "10.77.0.1/24"}`, `{"bridge": "none"}`)
	return piece{"daemon.json " + text, func(g *stage) error {
		configured(text)(g)
		return nil
	}}
}

// extra is another want of the same question, some ports further on.
type extra struct {
	want   want
	offset int
}

// part is the stage of one of several wants.
func (g *stage) part(e extra) *stage {
	other := *g
	other.want, other.port, other.also = e.want, g.port+e.offset, nil
	return &other
}

// several adds wants that may be in each other's way.
func (d dice) several(s *scene) {
	for range 1 + d.IntN(3) {
		w := want{mode: bound, protocol: d.of("tcp", "tcp", "udp"), count: 1 + d.IntN(2)}
		w.addr = d.of("", "0.0.0.0", "127.0.0.1", "192.0.2.1", "::", "::1", "2001:db8::1", "127.0.0.2")
		if d.one(2) {
			w.mode = published
			w.addr = d.of("", "", "0.0.0.0", "127.0.0.1", "192.0.2.1", "::1")
		}
		s.also = append(s.also, extra{w, d.IntN(3)})
	}
}

// tryMany starts one program with all that it is to bind and one container with all that is to be published, and asks them all.
func (g *stage) tryMany(token string) error {
	parts := []*stage{g.part(extra{want: g.want})}
	for _, e := range g.also {
		parts = append(parts, g.part(e))
	}
	args := []string{"serve"}
	c := lab.Container{Image: "someone/other:1", Token: token, Env: portToo}
	inside := map[*stage]int{}
	for i, p := range parts {
		if p.want.mode == bound {
			for _, port := range p.wanted() {
				network := p.want.protocol
				switch {
				case strings.Contains(p.want.addr, ":"):
					network += "6"
				case p.want.addr != "":
					network += "4"
				}
				args = append(args, fmt.Sprintf("%s:%s:%d", network, bracketed(p.want.addr), port))
			}
			continue
		}
		inside[p] = 80 + 10*i
		for j := range p.want.count {
			spec := fmt.Sprintf("%d:%d/%s", p.port+j, inside[p]+j, p.want.protocol)
			if p.want.addr != "" {
				spec = bracketed(p.want.addr) + ":" + spec
			}
			c.Publish = append(c.Publish, spec)
			c.Args = append(c.Args, fmt.Sprintf("%s::%d", p.want.protocol, inside[p]+j))
		}
	}
	if len(c.Publish) > 0 {
		id, err := g.engine.Create(g.Context(), c)
		if err != nil {
			return classify(err)
		}
		defer g.engine.Remove(context.Background(), id)
		if _, err := g.engine.ContainerStart(g.Context(), id, client.ContainerStartOptions{}); err != nil {
			return classify(err)
		}
	}
	if len(args) > 1 {
		user := g.as
		if g.want.user != nil {
			user = *g.want.user
		}
		end, err := g.TryStandin(g, lab.Process{Name: "service", As: user, Token: token, Args: args, Env: portToo})
		if err != nil {
			return classify(err)
		}
		defer end()
	}
	for _, p := range parts {
		from, addrs := p.reachedAt()
		for _, addr := range addrs {
			for j, port := range p.wanted() {
				is := port
				if p.want.mode == published {
					is = inside[p] + j
				}
				at := addrPort(addr, port)
				got, err := from.AwaitToken(g.Context(), p.want.protocol, at)
				if err != nil {
					return &notHadError{err.Error()}
				}
				if got != fmt.Sprint(token, ":", is) {
					return &notHadError{fmt.Sprintf("somebody else answers at %s", at)}
				}
			}
		}
	}
	return nil
}
