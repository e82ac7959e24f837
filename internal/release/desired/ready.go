package desired

import (
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/internal/service/composefile"
)

// readiness finds the address to ask among the ports that are wanted.
func readiness(d *composefile.Definition, wants []port.Requirement) journal.Ready {
	r := journal.Ready{Within: journal.DefaultWithin}
	if d.Ready == nil {
		return r
	}
	if d.Ready.Within > 0 {
		r.Within = d.Ready.Within
	}
	i := slices.IndexFunc(wants, func(w port.Requirement) bool { return w.Name == d.Ready.Port })
	if i < 0 || wants[i].Ports.Len() != 1 {
		return r
	}
	host := wants[i].Addr
	switch {
	case !host.IsValid(), host == netip.IPv4Unspecified():
		host = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	case host == netip.IPv6Unspecified():
		host = netip.IPv6Loopback()
	}
	address := net.JoinHostPort(host.String(), strconv.Itoa(int(wants[i].Ports.First)))
	r.URL, r.Path, r.Version = "http://"+strings.TrimSuffix(address, ":80"), d.Ready.Path, d.Ready.Version
	return r
}
