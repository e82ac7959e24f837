package change

import (
	"net"
	"net/netip"
	"net/url"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/report"
)

// openAt is where the service is opened: from elsewhere in the network by the host's own address, where it listens there and
// no rule is known to keep clients out. Most servers have no browser.
func openAt(at string, ports []report.Port, l message.Language) string {
	u, err := url.Parse(at)
	if at == "" || err != nil {
		return at
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err != nil || !ip.IsLoopback() || !reachable(u.Port(), u.Scheme, ports) {
		return at
	}
	own := ownAddress()
	if !own.IsValid() {
		return at
	}
	host := own.String()
	if own.Is6() {
		host = "[" + host + "]"
	}
	if u.Port() != "" {
		host += ":" + u.Port()
	}
	far := *u
	far.Host = host
	return l.Sprintf("%s  (local: %s)", far.String(), at)
}

// reachable says whether a port of a report is one that others may open.
func reachable(number, scheme string, ports []report.Port) bool {
	if number == "" {
		number = map[string]string{"http": "80", "https": "443"}[scheme]
	}
	for _, p := range ports {
		if p.Ports == number && p.Protocol == "tcp" {
			all := p.Address == "" || p.Address == "0.0.0.0" || p.Address == "::"
			return all && p.Outside != "blocked"
		}
	}
	return false
}

// ownAddress is the address by which others know this host: the one that it sends from, or else the first of a device that
// no engine or hypervisor has made; zero if there is none.
func ownAddress() netip.Addr {
	for _, to := range []string{"192.0.2.255:9", "[2001:db8::ffff]:9"} { // set aside for documentation; nothing is sent
		conn, err := net.Dial("udp", to)
		if err != nil {
			continue
		}
		from, ok := netip.AddrFromSlice(conn.LocalAddr().(*net.UDPAddr).IP)
		conn.Close()
		if ok && !from.IsLoopback() {
			return from.Unmap().WithZone("")
		}
	}
	devices, err := net.Interfaces()
	if err != nil {
		return netip.Addr{}
	}
	for _, d := range devices {
		if d.Flags&net.FlagUp == 0 || port.LeadsInside(d.Name) {
			continue
		}
		addrs, err := d.Addrs()
		if err != nil {
			continue
		}
		for _, a := range addrs {
			if prefix, err := netip.ParsePrefix(a.String()); err == nil && prefix.Addr().IsGlobalUnicast() {
				return prefix.Addr().Unmap().WithZone("")
			}
		}
	}
	return netip.Addr{}
}
