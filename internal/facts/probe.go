package facts

import (
	"net/netip"
	"syscall"

	"github.com/safeport/safeport/internal/port"
)

// Refusal is one socket that the kernel did not give to a probe.
type Refusal struct {
	Binding port.Binding
	Port    uint16
	Errno   syscall.Errno
}

// Probe is what the kernel said to one want: nothing refused means that every socket was had.
type Probe struct {
	Refusals   []Refusal
	Redirected []PortUse        // rules that send the want's packets elsewhere
	Blocked    []Block          // filters' rules that keep packets from outside from it
	Programs   []Program        // at the devices by which it would be reached from outside
	Outside    int              // addresses at which it would be reached from outside; 0 where not all rules are known, too
	Links      []string         // devices that have the wanted address, where that is of a link and names none
	Answered   []netip.AddrPort // where somebody else answered while the want's own sockets listened
	// IPv6Refused: clients get in by IPv4, and none by the host's addresses of IPv6.
	IPv6Refused bool
	NoIPv6      bool // the kernel has no IPv6 (EAFNOSUPPORT): that half was left out, as the binder would
}
