package netfilter

import (
	"encoding/binary"
	"slices"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/port"
)

// maxParts bounds in how many parts a range is asked about.
const maxParts = 32

// byRoute divides a want with several ports so that the host's rules of routing treat all of a part alike: such a rule may name
// ports ("ip rule add sport 80 unreachable"), the container's among them.
func (r *Rules) byRoute(w port.Requirement) []port.Requirement {
	if w.Ports.Len() == 1 {
		return []port.Requirement{w}
	}
	var starts []int
	add := func(n int) {
		if n > int(w.Ports.First) && n <= int(w.Ports.Last) && !slices.Contains(starts, n) && len(starts) < maxParts {
			starts = append(starts, n)
		}
	}
	for _, named := range r.routedPorts() {
		for _, edge := range []int{int(named.First), int(named.Last) + 1} {
			add(edge)
			if w.Target.Len() == w.Ports.Len() {
				add(edge + int(w.Ports.First) - int(w.Target.First))
			}
		}
	}
	slices.Sort(starts)
	parts := make([]port.Requirement, 0, len(starts)+1)
	rest := w
	for _, start := range starts {
		part := rest
		part.Ports.Last, rest.Ports.First = uint16(start-1), uint16(start)
		if w.Target.Len() == w.Ports.Len() {
			part.Target.Last = part.Target.First + uint16(part.Ports.Len()-1)
			rest.Target.First = part.Target.Last + 1
		}
		parts = append(parts, part)
	}
	return append(parts, rest)
}

// routedPorts are the ranges that rules of routing name.
func (r *Rules) routedPorts() []port.Range {
	if r.routes == nil || r.portRoutes != nil {
		return r.portRoutes
	}
	r.portRoutes = []port.Range{}
	for _, family := range []byte{unix.AF_INET, unix.AF_INET6} {
		header := make([]byte, 12) // struct fib_rule_hdr
		header[0] = family
		messages, err := r.routes.Execute(netlink.Message{
			Header: netlink.Header{Type: unix.RTM_GETRULE, Flags: netlink.Request | netlink.Dump}, Data: header,
		})
		if err != nil {
			continue // a kernel without rules of routing has none that name ports
		}
		for _, m := range messages {
			if len(m.Data) < len(header) {
				continue
			}
			for kind, value := range attributes(m.Data[len(header):]) {
				// struct fib_rule_port_range
				if (kind == unix.FRA_SPORT_RANGE || kind == unix.FRA_DPORT_RANGE) && len(value) == 4 {
					named := port.Range{First: binary.NativeEndian.Uint16(value), Last: binary.NativeEndian.Uint16(value[2:])}
					if !slices.Contains(r.portRoutes, named) {
						r.portRoutes = append(r.portRoutes, named)
					}
				}
			}
		}
	}
	return r.portRoutes
}
