package advice

import (
	"os/exec"
	"testing"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/netfilter"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/sockettest"
)

// What is printed to copy is run here, and the filter is asked again.
func TestAFilterIsOpenedByTheCommandThatIsPrinted(t *testing.T) {
	const net = "ip link set lo up; ip link add eth0 type veth peer name far; ip link set eth0 up; ip link set far up; ip address add 192.0.2.1/24 dev eth0; " +
		"iptables -t nat -N DOCKER; iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER; "
	const docker = "iptables -N DOCKER; iptables -N DOCKER-USER; iptables -A FORWARD -j DOCKER-USER; iptables -A FORWARD -o docker0 -j DOCKER; "
	tests := []struct{ name, filter, want, command string }{
		{"nft", "nft 'table inet my { chain in { type filter hook input priority 0; policy drop; }; }'", "8080",
			"sudo nft insert rule inet my in tcp dport 8080 accept"},
		{"nft, an address and a range", "nft 'table inet my { chain in { type filter hook input priority 0; tcp dport 1-9999 reject; }; }'", "192.0.2.1:8080-8089",
			"sudo nft insert rule inet my in ip daddr 192.0.2.1 tcp dport 8080-8089 accept"},
		{"nft, forwarded", "nft 'table inet my { chain fw { type filter hook forward priority 0; policy drop; }; }'", "-p 0.0.0.0:8080:80",
			"sudo nft insert rule inet my fw meta l4proto tcp ct original proto-dst 8080 accept"},
		{"nft, at a device", "nft 'table netdev my { chain dev { type filter hook ingress device eth0 priority 0; tcp dport 1-9999 drop; }; }'", "192.0.2.1:8080",
			"sudo nft insert rule netdev my dev ip daddr 192.0.2.1 tcp dport 8080 accept"},
		{"nft, questions of neighbours", "nft 'table netdev my { chain dev { type filter hook ingress device eth0 priority 0; policy drop; tcp dport 8080 accept; }; }'", "192.0.2.1:8080",
			"sudo nft insert rule netdev my dev meta protocol arp accept"},
		{"nft, questions of neighbours by both", "ip address add 2001:db8::1/64 dev eth0 nodad; nft 'table netdev my { chain dev { type filter hook ingress device eth0 priority 0; policy drop; tcp dport 8080 accept; }; }'", "8080",
			"sudo nft insert rule netdev my dev meta protocol arp accept && sudo nft insert rule netdev my dev icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept"},
		{"nft, questions of neighbours by IPv6", "ip address add 2001:db8::1/64 dev eth0 nodad; nft 'table inet my { chain in { type filter hook input priority 0; policy drop; tcp dport 8080 accept; }; }'", "8080",
			"sudo nft insert rule inet my in icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept"},
		{"ip6tables, questions of neighbours", "ip address add 2001:db8::1/64 dev eth0 nodad; ip6tables -P INPUT DROP; ip6tables -A INPUT -p tcp --dport 8080 -j ACCEPT", "8080",
			"sudo ip6tables -I INPUT -p icmpv6 -j ACCEPT"},
		{"nft, answers", "nft 'table inet my { chain out { type filter hook output priority 0; policy drop; }; }'", "192.0.2.1:8080",
			"sudo nft insert rule inet my out ip saddr 192.0.2.1 tcp sport 8080 accept"},
		{"nft, answers of a container", "nft 'table inet my { chain fw { type filter hook forward priority 0; policy drop; tcp dport 80 accept; }; }'", "-p 0.0.0.0:8080:80",
			"sudo nft insert rule inet my fw meta l4proto tcp ct original proto-dst 8080 accept"},
		{"iptables, answers", "iptables -P OUTPUT DROP", "192.0.2.1:8080", "sudo iptables -I OUTPUT -p tcp -s 192.0.2.1 --sport 8080 -j ACCEPT"},
		{"iptables", "iptables -P INPUT DROP", "8080", "sudo iptables -I INPUT -p tcp --dport 8080 -j ACCEPT"},
		{"iptables, a rule for UDP", "iptables -A INPUT -p udp -j REJECT", "192.0.2.1:53/udp", "sudo iptables -I INPUT -p udp -d 192.0.2.1 --dport 53 -j ACCEPT"},
		{"iptables-legacy", "iptables-legacy -P INPUT DROP", "8080-8081", "sudo iptables-legacy -I INPUT -p tcp --dport 8080:8081 -j ACCEPT"},
		{"DOCKER-USER", docker + "iptables -A DOCKER-USER -j DROP", "-p 0.0.0.0:8080:80",
			"sudo iptables -I DOCKER-USER -p tcp -m conntrack --ctorigdstport 8080 -j RETURN"},
		{"before Docker's chains", docker + "iptables -I FORWARD -i eth0 -j DROP", "-p 0.0.0.0:8080:80",
			"sudo iptables -I FORWARD -p tcp -m conntrack --ctorigdstport 8080 -j ACCEPT"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want := wanted(t, tt.want)
			sockettest.InNamespace(t, func() {
				shell(t, net+tt.filter)
				blocks := blocksOf(want)
				if len(blocks) != 1 {
					t.Errorf("blocked by %+v; want one rule", blocks)
					return
				}
				command := opening(want, blocks[0])
				if command != tt.command {
					t.Errorf("got  %s\nwant %s", command, tt.command)
				}
				shell(t, command[len("sudo "):])
				if blocks := blocksOf(want); len(blocks) > 0 {
					t.Errorf("still blocked by %+v", blocks)
				}
			})
		})
	}
}

func blocksOf(want port.Requirement) []facts.Block {
	rules := netfilter.Read("/proc")
	defer rules.Close()
	blocks, _ := rules.Blocked(want, "docker", true)
	return blocks
}

func shell(t *testing.T, script string) {
	t.Helper()
	if out, err := exec.Command("/bin/sh", "-ec", script).CombinedOutput(); err != nil {
		t.Errorf("%s: %v: %s", script, err, out)
	}
}

func TestProgramsThatKeepAFilterAreAskedToOpenIt(t *testing.T) {
	ufw, firewalld := facts.Rule{Author: "ufw"}, facts.Rule{Author: "firewalld"}
	tests := []struct {
		name, want string
		block      facts.Block
		command    string
	}{
		{"ufw", "80", facts.Block{Rule: ufw}, "sudo ufw allow 80/tcp"},
		{"ufw, a range", "40000-40063/udp", facts.Block{Rule: ufw}, "sudo ufw allow 40000:40063/udp"},
		{"ufw, an address", "192.0.2.1:80", facts.Block{Rule: ufw}, "sudo ufw allow proto tcp to 192.0.2.1 port 80"},
		{"ufw, forwarded", "-p 8080:80", facts.Block{Rule: ufw, Forwarded: true}, "sudo ufw route allow proto tcp to any port 80"},
		{"firewalld", "80", facts.Block{Rule: firewalld, Zone: "work"}, "sudo firewall-cmd --permanent --zone=work --add-port=80/tcp && sudo firewall-cmd --reload"},
		{"firewalld, no zone seen", "80", facts.Block{Rule: firewalld}, "sudo firewall-cmd --permanent --add-port=80/tcp && sudo firewall-cmd --reload"},
		{"ufw, answers", "80", facts.Block{Rule: ufw, Dropped: facts.Replies}, ""},
		{"another program", "80", facts.Block{Rule: facts.Rule{Author: "Cilium"}}, ""},
		{"before routing", "80", facts.Block{Rule: facts.Rule{Family: "ip", Table: "raw", Chain: "PREROUTING"}, Base: "PREROUTING"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := wanted(t, tt.want)
			tt.block.Ports = want.Ports
			if got := opening(want, tt.block); got != tt.command {
				t.Errorf("got  %s\nwant %s", got, tt.command)
			}
		})
	}
}

// wanted reads "80", or "-p 8080:80" for what an engine publishes.
func wanted(t *testing.T, s string) port.Requirement {
	t.Helper()
	parse := port.Parse
	if len(s) > 3 && s[:3] == "-p " {
		parse, s = port.ParsePublish, s[3:]
	}
	w, err := parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return w
}
