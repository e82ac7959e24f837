package facts

import (
	"github.com/safeport/safeport/internal/port"
)

// Kernel is what of the running kernel's settings decides about ports, in the caller's network namespace.
type Kernel struct {
	Hostname string
	Release  string // "6.1.0-18-amd64"

	Ephemeral         port.Range   // net.ipv4.ip_local_port_range: where outgoing connections take their source ports
	Reserved          []port.Range // net.ipv4.ip_local_reserved_ports: exempt from it
	UnprivilegedStart int          // net.ipv4.ip_unprivileged_port_start (kernel 4.11): below it CAP_NET_BIND_SERVICE is needed
	MayBindPrivileged bool         // this process has the capability
	MayInspect        bool         // this process may look into every other (CAP_SYS_PTRACE)
	SeesBound         bool         // sock_diag can list sockets that are bound and not listening (kernel 6.8)
}

// Ephemerals are the ports of the range that the kernel may give to an outgoing connection.
func (k Kernel) Ephemerals(r port.Range) []port.Range {
	if !k.Ephemeral.Overlaps(r) {
		return nil
	}
	first, last := int(max(r.First, k.Ephemeral.First)), int(min(r.Last, k.Ephemeral.Last))
	var free []port.Range
	start := first
	for n := first; n <= last; {
		reserved, ok := k.reserved(uint16(n))
		if !ok {
			n++
			continue
		}
		if n > start {
			free = append(free, port.Range{First: uint16(start), Last: uint16(n - 1)})
		}
		n = int(reserved.Last) + 1
		start = n
	}
	if start <= last {
		free = append(free, port.Range{First: uint16(start), Last: uint16(last)})
	}
	return free
}

func (k Kernel) reserved(n uint16) (port.Range, bool) {
	for _, r := range k.Reserved {
		if r.Contains(n) {
			return r, true
		}
	}
	return port.Range{}, false
}
