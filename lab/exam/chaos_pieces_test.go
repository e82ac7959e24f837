package exam

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"

	"github.com/moby/moby/client"

	"github.com/safeport/safeport/lab"
)

// dice throws for one of some.
type dice struct{ *rand.Rand }

func (d dice) of(list ...string) string { return list[d.IntN(len(list))] }

// one in so many.
func (d dice) one(in int) bool { return d.IntN(in) == 0 }

func randomScene(r *rand.Rand) scene {
	d := dice{r}
	s := scene{want: want{mode: bound, protocol: "tcp", count: 1}, as: lab.Root}
	s.want.addr = d.of("", "", "", "0.0.0.0", "127.0.0.1", "192.0.2.1", "127.0.0.2", "::1", "::", "2001:db8::1")
	if d.one(3) {
		s.want.protocol = "udp"
	}
	if d.one(4) {
		s.want.mode = published
		s.want.addr = d.of("", "", "0.0.0.0", "127.0.0.1", "192.0.2.1")
	}
	if d.one(6) {
		s.want.count = 2 + d.IntN(2)
	}
	for range 1 + d.IntN(4) {
		var p piece
		switch n := d.IntN(100); {
		case n < 30:
			p = d.socket()
		case n < 50:
			p = d.nft()
		case n < 66:
			p = d.iptables()
		case n < 78:
			p = d.route()
		case n < 88:
			p = d.setting()
		default:
			p = d.container()
		}
		s.pieces = append(s.pieces, p)
	}
	return s
}

// socket is one that somebody has, of some kind.
func (d dice) socket() piece {
	addr := d.of("0.0.0.0", "127.0.0.1", "127.0.0.2", "192.0.2.1", "[::]", "[::1]", "[2001:db8::1]", "[::ffff:127.0.0.1]")
	at := addr + ":" + d.of("{P}", "{P}", "{P}", "{P+1}")
	user, called := lab.Root, ""
	switch d.IntN(4) {
	case 0:
		user, called = lab.Nobody, " as nobody"
	case 1:
		user, called = lab.Somebody, " as somebody"
	}
	var args []string
	switch d.IntN(6) {
	case 0:
		network := d.of("tcp", "udp")
		if !strings.Contains(addr, "[") {
			network += "4"
		} else if d.one(2) {
			network += "6"
		}
		args = []string{"serve", network + ":" + at}
	case 1:
		args = []string{"connection", d.of("192.0.2.1", "127.0.0.1") + ":{P}"}
		if d.one(2) {
			args = []string{"connection", "-close", args[1]}
		}
	default:
		args = []string{"hold"}
		for _, option := range []string{"-listen", "-reuseaddr", "-reuseport", "-v6only"} {
			if d.one(2) && (option != "-v6only" || strings.Contains(addr, "[")) {
				args = append(args, option)
			}
		}
		if d.one(4) {
			args = append(args, "-udp")
			args = without(args, "-listen")
		}
		if d.one(6) && user.UID == 0 {
			args = append(args, "-device", d.of("lo", "eth0", "docker0"))
		}
		args = append(args, at)
	}
	return piece{strings.Join(args, " ") + called, func(g *stage) error {
		end, err := g.TryStandin(g, lab.Process{Name: "nginx", As: user, Args: g.expandAll(args)})
		if err == nil {
			g.Cleanup(end)
		}
		return err
	}}
}

func without(list []string, word string) (rest []string) {
	for _, w := range list {
		if w != word {
			rest = append(rest, w)
		}
	}
	return rest
}

// nft is a table with one chain and one rule.
func (d dice) nft() piece {
	family := d.of("ip", "ip", "ip6", "inet")
	name := fmt.Sprintf("chaos%d", d.IntN(1_000_000))
	var chain string
	switch d.IntN(3) {
	case 0, 1:
		hook := d.of("prerouting", "prerouting", "output", "input", "postrouting")
		act := []string{"redirect to :{P+1}", "redirect to :{P}", "drop", "accept", "return"}
		if hook == "input" || hook == "postrouting" {
			act = []string{"drop", "accept"}
		} else if family == "ip" {
			act = append(act, "dnat to 192.0.2.2", "dnat to 192.0.2.1:{P+1}", "dnat to 127.0.0.1")
		}
		chain = fmt.Sprintf("type nat hook %s priority %s; %s %s", hook, d.of("-150", "-110", "-100", "-90", "0", "50"), d.match(family, true), d.of(act...))
	default:
		hook := d.of("input", "input", "output", "forward", "prerouting", "postrouting")
		priority := d.of("-300", "-150", "-10", "0", "10", "150")
		policy, begin := d.of("accept", "accept", "drop"), ""
		if policy == "drop" {
			begin = "ct state established,related accept; iif lo accept; meta l4proto { icmp, icmpv6 } accept; "
		}
		act := d.of("drop", "accept", "reject", "counter", "return")
		if hook == "postrouting" || hook == "prerouting" {
			act = d.of("drop", "accept", "counter")
		}
		if hook == "prerouting" && priority == "-300" && d.one(3) {
			act = "notrack"
		}
		chain = fmt.Sprintf("type filter hook %s priority %s; policy %s; %s%s %s", hook, priority, policy, begin, d.match(family, false), act)
	}
	text := fmt.Sprintf("table %s %s { chain c { %s; }; }", family, name, chain)
	return piece{"nft " + text, func(g *stage) error {
		err := g.attempt("nft", g.expand(text))
		if err == nil {
			g.Cleanup(func() { g.attempt("nft", "delete table "+family+" "+name) })
		}
		return err
	}}
}

// match are the conditions of a rule of nftables.
func (d dice) match(family string, first bool) string {
	var words []string
	if d.one(5) {
		words = append(words, d.of("iifname eth0", "iifname lo", "iifname docker0", "oifname eth0", "oifname lo", "iifname != lo"))
	}
	if d.one(5) && family != "ip6" {
		words = append(words, d.of("ip saddr 192.0.2.0/24", "ip saddr 198.51.100.7", "ip daddr 192.0.2.1", "ip daddr 127.0.0.1", "ip daddr != 127.0.0.0/8"))
	}
	if d.one(6) {
		words = append(words, d.of("ct state new", "ct state untracked", "ct state invalid", "ct state established", "meta mark 0", "fib daddr type local"))
	}
	switch d.IntN(6) {
	case 0:
		words = append(words, "meta l4proto "+d.of("tcp", "udp", "{ tcp, udp }"))
	case 1:
		words = append(words, "meta l4proto { tcp, udp } th dport {P}")
	case 2:
		words = append(words, d.of("tcp", "udp")+" dport != { 22, {P+1} }")
	case 3:
		words = append(words, d.of("tcp", "tcp", "udp")+" "+d.of("dport", "sport")+" { {P}-{P+2}, 80 }")
	default:
		words = append(words, d.of("tcp", "tcp", "udp")+" "+d.of("dport", "dport", "sport")+" {P}")
	}
	return strings.Join(words, " ")
}

// iptables is a rule by one of the programs of that name.
func (d dice) iptables() piece {
	program := d.of("iptables", "iptables", "iptables-legacy", "ip6tables", "ip6tables-legacy")
	where, v6 := d.of("-A", "-I"), strings.HasPrefix(program, "ip6")
	words := []string{"-p", d.of("tcp", "tcp", "udp")}
	switch d.IntN(4) {
	case 0:
		words = append(words, "-m", "multiport", "--dports", "1,{P}:{P+2}")
	case 1:
		words = append(words, "--dport", "{P+1}")
	default:
		words = append(words, "--dport", "{P}")
	}
	if d.one(5) {
		words = append(words, "-m", "addrtype", "--dst-type", "LOCAL")
	}
	if d.one(5) && !v6 {
		words = append(words, d.of("-s", "-d"), d.of("192.0.2.0/24", "127.0.0.0/8", "198.51.100.7"))
	}
	var head []string
	switch d.IntN(5) {
	case 0, 1, 2:
		head = []string{"-t", "nat", where, d.of("PREROUTING", "PREROUTING", "OUTPUT")}
		target := []string{"-j", "REDIRECT", "--to-ports", "{P+1}"}
		switch d.IntN(5) {
		case 0:
			target = []string{"-j", "ACCEPT"}
		case 1:
			target = []string{"-j", "DNAT", "--to-destination", "192.0.2.2"}
			if v6 {
				target = []string{"-j", "DNAT", "--to-destination", "2001:db8::2"}
			}
		}
		words = append(words, target...)
	case 3:
		chains := []string{"INPUT", "INPUT", "OUTPUT", "FORWARD"}
		if program == "iptables" {
			chains = append(chains, "DOCKER-USER")
		}
		head = []string{"-t", "filter", where, d.of(chains...)}
		words = append(words, "-j", d.of("DROP", "REJECT", "ACCEPT", "RETURN"))
	default:
		head = []string{"-t", "raw", where, "PREROUTING"}
		target := []string{"-j", d.of("DROP", "ACCEPT")}
		if d.one(2) {
			target = []string{"-j", "CT", "--notrack"}
		}
		words = append(words, target...)
	}
	all := append(head, words...)
	return piece{program + " " + strings.Join(all, " "), func(g *stage) error {
		add := g.expandAll(all)
		err := g.attempt(append([]string{program}, add...)...)
		if err == nil {
			g.Cleanup(func() {
				for i, word := range add {
					if word == "-A" || word == "-I" {
						add[i] = "-D"
					}
				}
				g.attempt(append([]string{program}, add...)...)
			})
		}
		return err
	}}
}

// route is a route, or a rule of routing.
func (d dice) route() piece {
	kind := d.of("blackhole", "unreachable", "prohibit")
	var add []string
	switch d.IntN(6) {
	case 0:
		add = []string{"rule", "add", "iif", d.of("eth0", "lo", "docker0"), kind}
	case 1:
		add = []string{"rule", "add", "to", d.of("192.0.2.0/24", "198.51.100.0/24", "172.17.0.0/16"), kind}
	case 2:
		add = []string{"-6", "rule", "add", "to", d.of("2001:db8::/64", "fd00::/64"), kind}
	case 3:
		add = []string{"rule", "add", "ipproto", "tcp", d.of("sport", "dport"), d.of("{P}", "{P+1}", "80"), kind}
	case 4:
		add = []string{"route", "add", kind, d.of("192.0.2.2", "192.0.2.9", "172.17.0.0/17")}
	default:
		add = []string{"-6", "route", "add", kind, d.of("2001:db8::2", "2001:db8::9")}
	}
	return piece{"ip " + strings.Join(add, " "), func(g *stage) error {
		words := g.expandAll(add)
		err := g.attempt(append([]string{"ip"}, words...)...)
		if err == nil {
			g.Cleanup(func() {
				for i, word := range words {
					if word == "add" {
						words[i] = "del"
					}
				}
				g.attempt(append([]string{"ip"}, words...)...)
			})
		}
		return err
	}}
}

// setting is one of the kernel's, or of the device.
func (d dice) setting() piece {
	if d.one(6) {
		return piece{"ip link set eth0 arp off", func(g *stage) error {
			device("arp", "off", "on")(g)
			return nil
		}}
	}
	list := [][2]string{
		{"net.ipv4.ip_forward", "0"}, {"net.ipv4.conf.all.rp_filter", "1"}, {"net.ipv4.conf.eth0.rp_filter", "2"}, {"net.ipv4.conf.all.arp_ignore", d.of("1", "2", "8")},
		{"net.ipv4.ip_nonlocal_bind", "1"}, {"net.ipv6.bindv6only", "1"}, {"net.ipv4.conf.all.route_localnet", "1"}, {"net.ipv4.ip_unprivileged_port_start", d.of("0", "30000")},
		{"net.ipv4.conf.all.accept_local", "1"}, {"net.ipv4.tcp_l3mdev_accept", "1"},
	}
	s := list[d.IntN(len(list))]
	return piece{"sysctl " + s[0] + "=" + s[1], func(g *stage) error {
		was, err := g.Sysctl(s[0], s[1])
		if err == nil {
			g.Cleanup(func() { g.Sysctl(s[0], was) })
		}
		return err
	}}
}

// container is one that runs, or does not.
func (d dice) container() piece {
	protocol := d.of("tcp", "tcp", "udp")
	spec := d.of("{P}", "{P}", "{P+1}", "{P}-{P+2}")
	inside := map[string]string{"{P}-{P+2}": "80-82"}[spec]
	if inside == "" {
		inside = "80"
	}
	if addr := d.of("", "", "127.0.0.1", "192.0.2.1", "0.0.0.0", "[::1]"); addr != "" {
		spec = addr + ":" + spec
	}
	spec += ":" + inside + "/" + protocol
	c := lab.Container{Name: fmt.Sprintf("chaos%d", d.IntN(1_000_000)), Image: "someone/other:1", Restart: d.of("", "always", "unless-stopped")}
	called, runs := "docker run -p "+spec, true
	switch d.IntN(6) {
	case 0:
		runs, called = false, "docker create -p "+spec
	case 1:
		c.HostNetwork, called = true, "docker run --network host, serving "+protocol+" {P}"
	}
	return piece{called, func(g *stage) error {
		c := c
		c.Args = []string{protocol + "::80"}
		if c.HostNetwork {
			c.Args = []string{g.expand(protocol + "::{P}")}
		} else {
			c.Publish = []string{g.expand(spec)}
		}
		id, err := g.engine.Create(g.Context(), c)
		if err != nil {
			return err
		}
		g.Cleanup(func() { g.engine.Remove(context.Background(), id) })
		if runs {
			_, err = g.engine.ContainerStart(g.Context(), id, client.ContainerStartOptions{})
		}
		return err
	}}
}

// attempt runs a program on the host as root. It may fail.
func (g *stage) attempt(argv ...string) error {
	cmd := g.Command(context.Background(), lab.Root, []string{"PATH=" + os.Getenv("PATH")}, argv...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := g.host.Run(cmd); err != nil {
		return fmt.Errorf("%v: %w: %s", argv, err, &out)
	}
	return nil
}
