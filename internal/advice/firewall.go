package advice

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
)

// opening is the command that lets everybody in to the want; empty where it depends on more than is known here.
func opening(want port.Requirement, b facts.Block) string {
	in := b.Dropped == facts.Requests
	switch by := b.Rule.Author; {
	case by == "ufw" && in:
		return openUFW(want, b)
	case by == "firewalld" && in:
		return openFirewalld(want, b)
	case b.Rule.Action == facts.Redirect, b.Rule.Action == facts.DNAT: // it drops nothing
		return ""
	case by != "", b.Dropped == facts.Proxied, b.Rule.Backend == facts.Routing:
		return ""
	}
	byIPTables := b.Rule.Family == "ip" || b.Rule.Family == "ip6"
	if byIPTables && slices.Contains([]string{"raw", "mangle", "filter", "security"}, b.Rule.Table) && b.Base == strings.ToUpper(b.Base) {
		return openIPTables(want, b)
	}
	return openNFTables(want, b)
}

func openUFW(want port.Requirement, b facts.Block) string {
	switch {
	case b.Forwarded: // its rules see the container's port
		return fmt.Sprintf("sudo ufw route allow proto %s to any port %s", want.Protocol, colons(want.Target))
	case addressOf(want) == "":
		return fmt.Sprintf("sudo ufw allow %s/%s", colons(b.Ports), want.Protocol)
	}
	return fmt.Sprintf("sudo ufw allow proto %s to %s port %s", want.Protocol, addressOf(want), colons(b.Ports))
}

func openFirewalld(want port.Requirement, b facts.Block) string {
	zone := ""
	switch {
	case b.Forwarded:
		return ""
	case b.Zone != "":
		zone = "--zone=" + message.Quote(b.Zone) + " "
	}
	return fmt.Sprintf("sudo firewall-cmd --permanent %s--add-port=%s/%s && sudo firewall-cmd --reload", zone, b.Ports, want.Protocol)
}

// openIPTables opens the chains for input and output, and for containers that of Docker for such rules. Drops in other tables come
// before those.
func openIPTables(want port.Requirement, b facts.Block) string {
	command := "iptables"
	switch {
	case b.Rule.Table != "filter":
		return ""
	case b.Rule.Backend == facts.Legacy:
		command = b.Rule.LegacyCommand()
	case b.Rule.Family == "ip6":
		command = "ip6tables"
	}
	if b.Forwarded {
		chain, target := b.Base, "ACCEPT"
		if b.Rule.Chain == "DOCKER-USER" {
			chain, target = "DOCKER-USER", "RETURN"
		}
		return fmt.Sprintf("sudo %s -I %s -p %s -m conntrack --ctorigdstport %s -j %s", command, chain, want.Protocol, colons(b.Ports), target)
	}
	if b.Dropped == facts.Neighbour {
		return fmt.Sprintf("sudo %s -I %s -p icmpv6 -j ACCEPT", command, b.Base)
	}
	address, ports, at := "-d", "--dport", ""
	if b.Dropped == facts.Replies {
		address, ports = "-s", "--sport"
	}
	if addressOf(want) != "" {
		at = " " + address + " " + addressOf(want)
	}
	return fmt.Sprintf("sudo %s -I %s -p %s%s %s %s -j ACCEPT", command, b.Base, want.Protocol, at, ports, colons(b.Ports))
}

func openNFTables(want port.Requirement, b facts.Block) string {
	address, ports := "daddr", "dport"
	if b.Dropped == facts.Replies {
		address, ports = "saddr", "sport"
	}
	accept := func(match string) string {
		return fmt.Sprintf("sudo nft insert rule %s %s %s %s accept", b.Rule.Family, message.Quote(b.Rule.Table), message.Quote(b.Base), match)
	}
	match := fmt.Sprintf("%s %s %s", want.Protocol, ports, b.Ports)
	switch {
	case b.Dropped == facts.Neighbour:
		var commands []string // one chain may keep the neighbours of both
		if slices.ContainsFunc(b.Addrs, netip.Addr.Is4) {
			commands = append(commands, accept("meta protocol arp"))
		}
		if slices.ContainsFunc(b.Addrs, netip.Addr.Is6) {
			commands = append(commands, accept("icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert }"))
		}
		return strings.Join(commands, " && ")
	case b.Forwarded:
		match = fmt.Sprintf("meta l4proto %s ct original proto-dst %s", want.Protocol, b.Ports)
	case addressOf(want) != "" && want.Addr.Is4():
		match = "ip " + address + " " + addressOf(want) + " " + match
	case addressOf(want) != "":
		match = "ip6 " + address + " " + addressOf(want) + " " + match
	}
	return accept(match)
}

// addressOf is the one address that is wanted, or empty.
func addressOf(want port.Requirement) string {
	if !want.Addr.IsValid() || want.Addr.IsUnspecified() {
		return ""
	}
	return want.Addr.WithZone("").String()
}

// colons spells a range as iptables and ufw do.
func colons(r port.Range) string { return strings.ReplaceAll(r.String(), "-", ":") }
