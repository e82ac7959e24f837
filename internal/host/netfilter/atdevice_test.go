package netfilter

import (
	"encoding/hex"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// Filters at devices, and those that see answers.
func TestFiltersAtDevicesAndOfAnswers(t *testing.T) {
	const (
		dev    = "add table netdev t; add chain netdev t c { type filter hook ingress device eth0 priority 0; }; add rule netdev t c "
		inet   = "add table inet t; add chain inet t c { type filter hook ingress device eth0 priority 0; }; add rule inet t c "
		out    = "add table inet t; add chain inet t o { type filter hook output priority 0; }; add rule inet t o "
		shut   = "add table inet t; add chain inet t o { type filter hook output priority 0; policy drop; }; add rule inet t o icmpv6 type nd-neighbor-advert accept; add rule inet t o "
		first  = "netdev t c handle 2: 8080 drop"
		answer = "inet t o handle 2: 8080 drop, answers"
		policy = "inet t o policy: 8080 drop, answers"
		docker = `iptables -N DOCKER
			iptables -N DOCKER-USER
			iptables -P FORWARD DROP
			iptables -A FORWARD -j DOCKER-USER
			iptables -A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
			iptables -A FORWARD -o docker0 -j DOCKER
			iptables -A FORWARD -i docker0 ! -o docker0 -j ACCEPT
			`
	)
	nft := func(script string) string { return "nft '" + script + "'" }
	askFilters(t, []filterTest{
		{"ingress", nft(dev + "tcp dport 8080 drop"), bind("8080"), first},
		{"ingress, UDP", nft(dev + "udp dport 8080 drop"), bind("8080/udp"), first},
		{"ingress, the other protocol", nft(dev + "udp dport 8080 drop"), bind("8080"), ""},
		{"ingress, another port", nft(dev + "tcp dport 8081 drop"), bind("8080"), ""},
		{"ingress, one of two ports", nft(dev + "tcp dport 8081 drop"), bind("8080-8081"), "netdev t c handle 2: 8081 drop"},
		{"ingress, a program on loopback", nft(dev + "tcp dport 8080 drop"), bind("127.0.0.1:8080"), ""},
		{"ingress of another device", "ip link add eth7 type veth peer name far7; nft 'add table netdev t; add chain netdev t c { type filter hook ingress device eth7 priority 0; policy drop; }'", bind("8080"), ""},
		{"ingress of several devices", "ip link add eth7 type veth peer name far7; nft 'add table netdev t; add chain netdev t c { type filter hook ingress devices = { eth7, eth0 } priority 0; }; add rule netdev t c tcp dport 8080 drop'", bind("8080"), first},
		{"ingress, of the inet family", nft(inet + "tcp dport 8080 drop"), bind("8080"), "inet t c handle 2: 8080 drop"},
		{"ingress, an address", nft(dev + "ip daddr 192.0.2.1 tcp dport 8080 drop"), bind("8080"), first + ", at [192.0.2.1]"},
		{"ingress, another address", nft(dev + "ip daddr 192.0.2.9 tcp dport 8080 drop"), bind("8080"), ""},
		{"ingress, of IPv6", nft(dev + "ip6 nexthdr tcp drop"), bind("8080"), first + ", at [2001:db8::1]"},
		{"ingress, of IPv4 by the type of the frame", nft(dev + "ether type ip tcp dport 8080 drop"), bind("8080"), first + ", at [192.0.2.1]"},
		{"ingress, frames to the device", "ip link set eth0 address 02:00:00:00:00:01; " + nft(dev+"ether daddr 02:00:00:00:00:01 tcp dport 8080 drop"), bind("8080"), first},
		{"ingress, frames to another", nft(dev + "ether daddr 02:00:00:00:00:09 tcp dport 8080 drop"), bind("8080"), ""},
		{"ingress, frames from one", nft(dev + "ether saddr 02:00:00:00:00:09 ip daddr 192.0.2.1 drop"), bind("0.0.0.0:8080"), "netdev t c handle 2: 8080 drop, for some"},
		{"ingress, frames of a VLAN", nft(dev + "vlan id 5 tcp dport 8080 drop"), bind("8080"), ""},
		{"ingress, some clients", nft(dev + "ip saddr 198.51.100.7 drop"), bind("0.0.0.0:8080"), "netdev t c handle 2: 8080 drop, for some"},
		{"ingress, at a rate", nft(dev + "tcp dport 8080 limit rate over 10/second drop"), bind("8080"), "netdev t c handle 2: 8080 drop, for some"},
		{"ingress, out by another device", nft(dev + "tcp dport 8080 fwd to far"), bind("8080"), "netdev t c handle 2: 8080 fwd"},
		{"ingress, queued and back", "ip link add ifb0 type ifb; " + nft(dev+"tcp dport 8080 fwd to ifb0"), bind("8080"), ""},
		{"ingress, copied", nft(dev + "tcp dport 8080 dup to far"), bind("8080"), ""},
		{"ingress, accepted", nft("add table netdev t; add chain netdev t c { type filter hook ingress device eth0 priority 0; policy drop; }; " +
			"add rule netdev t c meta protocol arp accept; add rule netdev t c meta l4proto { tcp, icmpv6 } accept"), bind("8080"), ""},
		{"ingress, before connections are tracked", nft(inet + "ct state invalid drop"), bind("8080"), "inet t c handle 2: 8080 drop"},
		{"ingress, new connections", nft(inet + "ct state new drop"), bind("8080"), ""},
		{"ingress, published", nft(dev + "tcp dport 8080 drop"), publish("0.0.0.0:8080:80"), first},
		{"ingress, published, by the container's port", nft(dev + "tcp dport 80 drop"), publish("0.0.0.0:8080:80"), ""},
		{"ingress of a bridge's port", "ip link add br0 type bridge; ip link set br0 up; ip link add hw0 type ifb; ip link set hw0 up master br0; ip address add 192.0.2.7/24 dev br0; " +
			"nft 'add table netdev t; add chain netdev t c { type filter hook ingress device hw0 priority 0; }; add rule netdev t c iifname hw0 tcp dport 8080 drop'", bind("192.0.2.7:8080"), first},
		{"ingress of one of a bridge's ports", "ip link add br0 type bridge; ip link set br0 up; for p in hw0 hw1; do ip link add $p type ifb; ip link set $p up master br0; done; ip address add 192.0.2.7/24 dev br0; " +
			"nft 'add table netdev t; add chain netdev t c { type filter hook ingress device hw0 priority 0; }; add rule netdev t c tcp dport 8080 drop'", bind("192.0.2.7:8080"),
			first + ", for some"},
		{"ingress of both of a bridge's ports", "ip link add br0 type bridge; ip link set br0 up; for p in hw0 hw1; do ip link add $p type ifb; ip link set $p up master br0; done; ip address add 192.0.2.7/24 dev br0; " +
			"nft 'add table netdev t; add chain netdev t c { type filter hook ingress device hw0 priority 0; }; add rule netdev t c tcp dport 8080 drop; " +
			"add chain netdev t d { type filter hook ingress device hw1 priority 0; policy drop; }'", bind("192.0.2.7:8080"),
			"netdev t c handle 2: 8080 drop\nnetdev t d policy: 8080 drop"},
		{"a table that is asleep", nft("add table inet t { flags dormant; }; add chain inet t i { type filter hook input priority 0; policy drop; }"), bind("8080"), ""},
		{"egress", nft("add table netdev t; add chain netdev t c { type filter hook egress device eth0 priority 0; }; add rule netdev t c tcp sport 8080 drop"), bind("8080"), first + ", answers"},
		{"ingress, ARP", nft(dev + "meta protocol arp drop"), bind("8080"), first + ", at [192.0.2.1], neighbours"},
		{"ingress, ARP for the address", nft(dev + "ether daddr ff:ff:ff:ff:ff:ff arp operation request arp daddr ip 192.0.2.1 drop"), bind("8080"), first + ", at [192.0.2.1], neighbours"},
		{"ingress, ARP for another address", nft(dev + "arp operation request arp daddr ip 192.0.2.9 drop"), bind("8080"), ""},
		{"ingress policy, the port accepted", nft("add table netdev t; add chain netdev t c { type filter hook ingress device eth0 priority 0; policy drop; }; add rule netdev t c tcp dport 8080 accept"), bind("8080"),
			"netdev t c policy: 8080 drop, neighbours"},
		{"ingress of what is for many", nft(dev + "meta pkttype { broadcast, multicast } drop"), bind("8080"), "netdev t c handle 3: 8080 drop, neighbours"},
		{"egress, ARP", nft("add table netdev t; add chain netdev t c { type filter hook egress device eth0 priority 0; }; add rule netdev t c arp operation reply drop"), bind("8080"), first + ", at [192.0.2.1], neighbours"},
		{"input policy, the port accepted", nft("add table inet t; add chain inet t o { type filter hook input priority 0; policy drop; }; add rule inet t o tcp dport 8080 accept"), bind("8080"),
			"inet t o policy: 8080 drop, at [2001:db8::1], neighbours"},
		{"input policy, discovery accepted", nft("add table inet t; add chain inet t o { type filter hook input priority 0; policy drop; }; add rule inet t o tcp dport 8080 accept; " +
			"add rule inet t o icmpv6 type nd-neighbor-solicit ip6 hoplimit 255 ct state untracked accept"), bind("8080"), ""},
		{"input policy, perhaps accepted", nft("add table inet t; add chain inet t o { type filter hook input priority 0; policy drop; }; add rule inet t o tcp dport 8080 accept; " +
			"add rule inet t o icmpv6 type nd-neighbor-solicit ip6 saddr fe80::/10 accept"), bind("8080"), ""},
		{"ip6tables, discovery accepted", "ip6tables -P INPUT DROP; ip6tables -A INPUT -p tcp --dport 8080 -j ACCEPT; ip6tables -A INPUT -p icmpv6 --icmpv6-type neighbor-solicitation -m hl --hl-eq 255 -j ACCEPT", bind("[::]:8080"), ""},
		{"ip6tables, the state that it has", "ip6tables -P INPUT DROP; ip6tables -A INPUT -p tcp --dport 8080 -j ACCEPT; ip6tables -A INPUT -m conntrack --ctstate UNTRACKED -j ACCEPT", bind("[::]:8080"), ""},
		{"ip6tables, a state that it has not", "ip6tables -P INPUT DROP; ip6tables -A INPUT -m conntrack --ctstate NEW,RELATED,ESTABLISHED -j ACCEPT", bind("[::]:8080"), "ip6 filter INPUT policy: 8080 drop, neighbours"},

		{"before connections are tracked", nft("add table inet t; add chain inet t r { type filter hook prerouting priority raw; }; add rule inet t r ct state != new drop"), bind("8080"),
			"inet t r handle 2: 8080 drop"},
		{"iptables, before connections are tracked", "iptables -t raw -A PREROUTING -m conntrack --ctstate INVALID -j DROP", bind("0.0.0.0:8080"), "ip raw PREROUTING handle 2: 8080 drop"},

		{"output by the port", nft(out + "tcp sport 8080 drop"), bind("8080"), answer},
		{"output by the port, UDP", nft(out + "udp sport 8080 drop"), bind("8080/udp"), answer},
		{"output by another port", nft(out + "tcp sport 8081 drop"), bind("8080"), ""},
		{"output to a port", nft(out + "tcp dport { 25, 8080 } drop"), bind("8080"), ""},
		{"output, new connections", nft(out + "ct state new drop"), bind("8080"), ""},
		{"output on lo", nft(out + "oifname lo tcp sport 8080 drop"), bind("8080"), ""},
		{"output by the device", nft(out + "oifname eth0 tcp sport 8080 drop"), bind("8080"), answer},
		{"output of a user", nft(out + "meta skuid 33 drop"), bind("8080"), "inet t o handle 2: 8080 drop, for some, answers"},
		{"output to clients of one address", nft(out + "ip daddr 198.51.100.7 drop"), bind("0.0.0.0:8080"), "inet t o handle 2: 8080 drop, for some, answers"},
		{"output from one address", nft(out + "ip saddr 192.0.2.1 tcp sport 8080 drop"), bind("8080"), "inet t o handle 2: 8080 drop, at [192.0.2.1], answers"},
		{"output, SYN and ACK", nft(out + "tcp flags & (syn|ack) == (syn|ack) drop"), bind("8080"), answer},
		{"output, no SYN and ACK", nft(out + "tcp flags & (syn|ack) == syn drop"), bind("8080"), ""},
		{"output, answers", nft(out + "ct direction reply drop"), bind("8080"), answer},
		{"output policy, answers accepted", nft(shut + "ct state established,related accept"), bind("8080"), ""},
		{"output policy, lo accepted", nft(shut + "oif lo accept"), bind("8080"), policy},
		{"output policy, the port accepted", nft(shut + "tcp sport 8080 accept"), bind("8080"), ""},
		{"output policy, local addresses accepted", nft(shut + "fib saddr type local fib daddr type unicast accept"), bind("8080"), ""},
		{"output policy, a program on loopback", nft(shut + "oif lo accept"), bind("127.0.0.1:8080"), ""},
		{"postrouting", nft("add table inet t; add chain inet t o { type filter hook postrouting priority 0; }; add rule inet t o tcp sport 8080 drop"), bind("8080"), answer},
		{"route", nft("add table ip t; add chain ip t o { type route hook output priority mangle; }; add rule ip t o tcp sport 8080 drop"), bind("0.0.0.0:8080"), "ip t o handle 2: 8080 drop, answers"},
		{"input and output", nft("add table inet t; add chain inet t i { type filter hook input priority 0; policy drop; }; add chain inet t o { type filter hook output priority 0; policy drop; }"), bind("8080"),
			"inet t i policy: 8080 drop\n" + policy},
		{"iptables OUTPUT", "iptables -A OUTPUT -p tcp -m tcp --sport 8080 -j DROP", bind("0.0.0.0:8080"), "ip filter OUTPUT handle 2: 8080 drop, answers"},
		{"iptables OUTPUT to a port", "iptables -A OUTPUT -p tcp -m tcp --dport 25 -j DROP", bind("0.0.0.0:25"), ""},
		{"iptables OUTPUT by multiport", "iptables -A OUTPUT -p tcp -m multiport --sports 80,8000:8100 -j REJECT", bind("0.0.0.0:8080"), "ip filter OUTPUT handle 2: 8080 reject, answers"},
		{"iptables OUTPUT by either port", "iptables -A OUTPUT -p tcp -m multiport --ports 80,8080 -j REJECT", bind("0.0.0.0:8080"), "ip filter OUTPUT handle 2: 8080 reject, answers"},
		{"iptables OUTPUT, SYN", "iptables -A OUTPUT -p tcp --syn -j DROP", bind("0.0.0.0:8080"), ""},
		{"iptables OUTPUT policy, answers accepted", "iptables -P OUTPUT DROP; iptables -A OUTPUT -m conntrack --ctstate ESTABLISHED --ctdir REPLY -j ACCEPT", bind("0.0.0.0:8080"), ""},
		{"iptables OUTPUT policy, new connections accepted", "iptables -P OUTPUT DROP; iptables -A OUTPUT -m state --state NEW -j ACCEPT", bind("0.0.0.0:8080"), "ip filter OUTPUT policy: 8080 drop, answers"},
		{"iptables-legacy OUTPUT", "iptables-legacy -A OUTPUT -o eth0 -p tcp --sport 8080 -j DROP", bind("0.0.0.0:8080"), "iptables-legacy filter OUTPUT rule 1: 8080 drop, answers"},
		{"iptables-legacy POSTROUTING", "iptables-legacy -t mangle -A POSTROUTING -p tcp --sport 8080 -j DROP", bind("0.0.0.0:8080"), "iptables-legacy mangle POSTROUTING rule 1: 8080 drop, answers"},

		{"published, answers that Docker lets by", docker, publish("0.0.0.0:8080:80"), ""},
		{"published, answers that Docker will let by", docker, port.Requirement{Protocol: port.TCP, Mode: port.Publish, Addr: bind("0.0.0.0:1").Addr, Ports: port.Single(8080), Target: port.Single(80), Service: "s"}, ""},
		{"published, answers dropped before Docker's chains", docker + "iptables -I FORWARD -p tcp --sport 80 -j DROP", publish("0.0.0.0:8080:80"),
			"ip filter FORWARD handle 8: 8080 drop, forwarded, answers"},
		{"published, answers dropped after Docker's chains", docker + "iptables -A FORWARD -p tcp --sport 80 -j DROP", publish("0.0.0.0:8080:80"), ""},
		{"published, answers dropped in DOCKER-USER", docker + "iptables -I DOCKER-USER -p tcp --sport 80 -j DROP", publish("0.0.0.0:8080:80"),
			"ip filter DOCKER-USER handle 8: 8080 drop, forwarded, answers"},
		{"published, output is not the way", nft(shut + "oif lo accept"), publish("0.0.0.0:8080:80"), ""},
		{"published, output of IPv6 is", nft(shut + "oif lo accept"), publish("8080:80"), "inet t o policy: 8080 drop, at [2001:db8::1], answers"},
		{"published, the proxy's connections are", nft(shut + "ct state established,related accept"), publish("8080:80"), "inet t o policy: 8080 drop, at [2001:db8::1], forwarded, proxied"},
		{"published, the proxy's connections are let by", nft(shut + "ct state established,related accept; add rule inet t o ip daddr 172.16.0.0/12 tcp dport 80 accept; add rule inet t o tcp dport 80 accept"), publish("8080:80"), ""},
		{"published, after routing, by the container's port", nft("add table ip t; add chain ip t o { type filter hook postrouting priority 0; }; add rule ip t o tcp sport 80 drop"), publish("0.0.0.0:8080:80"),
			"ip t o handle 2: 8080 drop, forwarded, answers"},
		{"published, at the very end, by the host's port", nft("add table ip t; add chain ip t o { type filter hook postrouting priority 200; }; add rule ip t o ip saddr 192.0.2.1 tcp sport 8080 drop"), publish("0.0.0.0:8080:80"),
			"ip t o handle 2: 8080 drop, answers"},
		{"published, answers in another table", nft("add table inet t; add chain inet t f { type filter hook forward priority 0; policy drop; }; add rule inet t f ct status dnat accept"), publish("0.0.0.0:8080:80"), ""},
		{"published, no answers in another table", nft("add table inet t; add chain inet t f { type filter hook forward priority 0; policy drop; }; add rule inet t f tcp dport 80 accept"), publish("0.0.0.0:8080:80"),
			"inet t f policy: 8080 drop, forwarded, answers"},
	})
}

// nft 1.0.6 cannot write such a chain; kernel 6.18 told of it so.
func TestAChainAtAllDevicesOfAName(t *testing.T) {
	const told = "05000005" + "0600010074000000" + "0600030063000000" + "0c0002000000000000000001" + "20000400" + "0800010000000000" + "0800020000000000" +
		"0c000400" + "0800020065746800" + "0800050000000001" + "0b00070066696c7465720000" + "08000a0000000001" + "0800060000000000"
	message, err := hex.DecodeString(told)
	if err != nil {
		t.Fatal(err)
	}
	b, in, ok := decodeBase(message)
	if !ok || in != (tableName{unix.NFPROTO_NETDEV, "t"}) || b.chain != "c" || b.hook != ingress {
		t.Errorf("base chain %+v of %+v, %v", b, in, ok)
	}
	if !b.at(device{name: "eth0"}) || b.at(device{name: "wlan0"}) {
		t.Errorf("it stands at %q", b.devices)
	}
}

// What no device of this kernel's can show: frames of a VLAN, on the device below and on its own.
func TestFramesOfAVLAN(t *testing.T) {
	eth := &link{device: device{index: 2, name: "eth0", hardware: 1, mac: "\x02\x00\x00\x00\x00\x01"}, up: true, running: true}
	tagged := &link{device: device{index: 3, name: "eth0.5", hardware: 1, mac: eth.mac}, up: true, running: true, kind: "vlan", below: 2, tag: vlan{0x8100, 0x105}}
	double := &link{device: device{index: 4, name: "eth0.5.6", hardware: 1, mac: eth.mac}, up: true, running: true, kind: "vlan", below: 3, tag: vlan{0x8100, 6}}
	r := &Rules{links: []*link{eth, tagged, double}}
	p := &packet{protocol: port.TCP, to: host()[1].addrs[0].Addr(), in: double.device}
	p.write()
	ways := r.ways(double)
	if len(ways) != 1 || len(ways[0]) != 3 || ways[0][0] != eth || ways[0][2] != double {
		t.Fatalf("ways %v; want one, by all three", ways)
	}
	for i, want := range []struct {
		frame     string
		ethertype uint16
	}{{"8100?1058100", 0x8100}, {"8100?0060800", 0}, {"0800????????", 0}} {
		q := p.comesTo(ways[0], i)
		got := ""
		for _, c := range q.frame[12:] {
			got += nibble(c.value>>4, c.known>>4) + nibble(c.value&15, c.known&15)
		}
		if got != want.frame || q.ethertype != want.ethertype || q.in != ways[0][i].device {
			t.Errorf("at %s: frame %s, type %#x by %v; want %s, %#x", ways[0][i].name, got, q.ethertype, q.in, want.frame, want.ethertype)
		}
	}
}

func nibble(value, known byte) string {
	if known != 15 {
		return "?"
	}
	return string("0123456789abcdef"[value])
}

func TestPortsShutOnEveryWay(t *testing.T) {
	block := func(handle uint64, first, last uint16, extent facts.Extent) facts.Block {
		return facts.Block{Rule: facts.Rule{Handle: handle}, Ports: port.Range{First: first, Last: last}, Extent: extent}
	}
	got := everyWay([][]facts.Block{
		{block(1, 80, 89, facts.All)},
		{block(2, 85, 95, facts.All), block(3, 80, 80, facts.Some)},
	}, ports{{First: 80, Last: 99}})
	want := []facts.Block{
		block(1, 85, 89, facts.All), block(1, 80, 84, facts.Some), block(2, 85, 89, facts.All), block(2, 90, 95, facts.Some), block(3, 80, 80, facts.Some),
	}
	if len(got) != len(want) {
		t.Fatalf("got %+v", got)
	}
	for i := range want {
		if got[i].Rule.Handle != want[i].Rule.Handle || got[i].Ports != want[i].Ports || got[i].Extent != want[i].Extent {
			t.Errorf("block %d: %+v; want %+v", i, got[i], want[i])
		}
	}
}
