package verdict

import (
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// Attribute names everything that has one of the ports, in whatever state, without a judgement on whether it is in the way
// of anybody. The answer is Busy where something is bound to the port, Redirected where a container is published on it
// without a socket, and Free otherwise.
func Attribute(wants []port.Requirement, f Facts) []Result {
	f = f.indexed()
	results := make([]Result, len(wants))
	for i, w := range wants {
		results[i] = f.attribute(i, w)
	}
	return results
}

func (f Facts) attribute(i int, w port.Requirement) Result {
	var holders holderSet
	r := Result{Required: w}
	anyListens := false
	for _, c := range f.Uses {
		if c.Socket != nil && f.onWant(c, w) && c.State == facts.Listening {
			anyListens = true
		}
	}
	for _, c := range f.Uses {
		switch {
		case c.Socket == nil || !f.onWant(c, w):
			continue
		case anyListens && (c.State == facts.Connected || c.State == facts.TimeWait):
			continue // the listener's own connections
		}
		holders.add(f.identify(w, c, c.Ports.First))
		r.Answer = Busy
	}
	for _, h := range f.published(w) {
		holders.add(h)
		r.Answer = max(r.Answer, Redirected)
	}
	for _, h := range f.redirected(i, w) {
		holders.add(h)
		r.Answer = max(r.Answer, Redirected)
	}
	r.Holders = holders.sorted()
	return r
}

// onWant says whether a port use is on a wanted port, on any address that the question leaves open.
func (f Facts) onWant(c facts.PortUse, w port.Requirement) bool {
	for _, b := range w.Bindings() {
		if c.Meets(w.Protocol, b, w.Ports) {
			return true
		}
	}
	return false
}

// WhoFindings tells what is to be known of ports beside their holders: how they are freed, what hides a holder, who will
// take them later.
func WhoFindings(results []Result, f Facts, privileged bool) []Finding {
	var findings []Finding
	for i := range results {
		r := &results[i]
		if r.Answer == Busy || r.Answer == Redirected {
			findings = append(findings, blocking(i, r)...)
			for _, fd := range unseen(i, r, privileged) {
				if fd.Reason != NoSocket {
					findings = append(findings, fd)
				}
			}
		}
		for _, c := range f.latent(r.Required) {
			if c.State == facts.Enabled && r.Answer == Busy {
				continue // it is systemd that has the port now
			}
			findings = append(findings, Finding{Code: Latent, Severity: Warning, Required: i, Result: r, Use: c})
		}
	}
	return findings
}
