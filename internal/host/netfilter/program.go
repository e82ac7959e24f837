package netfilter

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/bpf"
	"github.com/safeport/safeport/internal/port"
)

// Programs are those at the devices by which the want is reached from outside. They see packets before any rule does, or
// after all. Devices that lead to containers only are not asked: networks of Kubernetes have programs at each. The error says
// why not all could be listed.
func (r *Rules) Programs(w port.Requirement) (found []facts.Program, err error) {
	if w.Ports.Len() == 0 {
		return nil, nil
	}
	for _, l := range r.reachedBy(w) {
		at, known := r.programsAt[l.index]
		if !known {
			at.found, at.err = r.askDevice(l)
			if r.programsAt == nil {
				r.programsAt = map[int]programsAt{}
			}
			r.programsAt[l.index] = at
		}
		found, err = append(found, at.found...), cmp.Or(err, at.err)
	}
	return found, err
}

// programsAt is what was found at a device.
type programsAt struct {
	found []facts.Program
	err   error
}

// reachedBy are the devices that packets from outside come through to a want: those that have its addresses, and those below.
func (r *Rules) reachedBy(w port.Requirement) (devices []*link) {
	for _, l := range r.links {
		if !slices.ContainsFunc(l.addrs, func(p netip.Prefix) bool { return r.outside(w, l, p.Addr()) }) {
			continue
		}
		for _, way := range r.ways(l) {
			for _, d := range way {
				if !slices.Contains(devices, d) {
					devices = append(devices, d)
				}
			}
		}
	}
	return devices
}

// askDevice lists the programs at a device in the order in which packets come to them.
func (r *Rules) askDevice(l *link) (found []facts.Program, err error) {
	add := func(p facts.Program) {
		p.Device = l.name
		if p.ID != 0 && p.Name == "" {
			p.Name = bpf.Name(p.ID)
		}
		// A device without a way out of its own tells that of the way in twice.
		if !slices.ContainsFunc(found, func(o facts.Program) bool { o.Leaving = p.Leaving; return o == p }) {
			found = append(found, p)
		}
	}
	for _, id := range l.xdp {
		add(facts.Program{Kind: "XDP", ID: id})
	}
	for _, leaving := range []bool{false, true} {
		attachment, parent := uint32(unix.BPF_TCX_INGRESS), uint32(clsactIngress)
		if leaving {
			attachment, parent = unix.BPF_TCX_EGRESS, clsactEgress
		}
		ids, asked := bpf.Attached(uint32(l.index), attachment)
		if asked != nil {
			err = cmp.Or(err, fmt.Errorf("looking for programs on %s: %w", l.name, asked))
		}
		for _, id := range ids {
			add(facts.Program{Kind: "tcx", ID: id, Leaving: leaving})
		}
		filters, asked := r.filters(l, parent)
		if asked != nil {
			err = cmp.Or(err, fmt.Errorf("looking for filters on %s: %w", l.name, asked))
		}
		for _, p := range filters {
			p.Leaving = leaving
			add(p)
		}
	}
	return found, err
}
