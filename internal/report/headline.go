package report

import (
	"fmt"
	"slices"
	"strings"

	"safeport"
)

// headline is the answer in one line. It is empty when all is clear: then the rows say everything.
func headline(r *safeport.Report) string {
	deed, hindered := deeds(r)
	reason := shortReason(r)
	switch r.Verdict {
	case safeport.Blocked:
		return sentence(hindered, reason)
	case safeport.Unknown:
		if deed == "" {
			return sentence("", reason)
		}
		return sentence("cannot tell whether "+deed, reason)
	case safeport.Warned:
		warnings := count(countOf(r.Findings, safeport.Warning), "warning")
		if deed == "" {
			return fmt.Sprintf("%s can be had, with %s.", whole(r.Ports), warnings)
		}
		return fmt.Sprintf("%s, with %s.", deed, warnings)
	}
	return ""
}

// deeds are what can be promised of the service, and what to deny it; empty without a service. Only ports were looked at:
// that they can be had does not promise that the installation works.
func deeds(r *safeport.Report) (can, cannot string) {
	if r.Service == "" {
		return "", ""
	}
	name, verb := r.Service, "installed"
	if r.Instance != "" && r.Instance != r.Service {
		name += " (instance " + r.Instance + ")"
	}
	switch r.Situation {
	case safeport.Upgrade:
		verb = "upgraded"
	case safeport.Reinstall:
		verb = "reinstalled"
	}
	return name + " can have its ports", name + " cannot be " + verb
}

func sentence(what, why string) string {
	switch {
	case what == "":
		return why + "."
	case why == "":
		return what + "."
	}
	return what + ": " + why + "."
}

// shortReason names the failing ports if there are few and they fail in the same way, else it counts them.
func shortReason(r *safeport.Report) string {
	var names, fates []string
	for _, p := range failing(r) {
		if slices.Contains(names, headlineName(p)) {
			continue // wanted twice
		}
		names = append(names, headlineName(p))
		fates = append(fates, fate(p, about(r.Findings, p.Name)))
	}
	switch {
	case len(names) == 0:
		return ""
	case len(names) == 1 && strings.Contains(names[0], "-"):
		return "range " + names[0] + " cannot be had"
	case len(names) == 1:
		return "port " + names[0] + " is " + fates[0]
	case len(names) <= 4 && len(slices.Compact(slices.Clone(fates))) == 1:
		return "ports " + enumerate(names, 4) + " are " + fates[0]
	}
	return fmt.Sprintf("%d of %d ports cannot be had", len(names), len(r.Ports))
}

// failing are the ports that have an error, which an ignored one is not; where no error is told, those that cannot be had.
func failing(r *safeport.Report) []safeport.Port {
	var withError, denied []safeport.Port
	for _, p := range r.Ports {
		if worstOf(about(r.Findings, p.Name)) == safeport.Error {
			withError = append(withError, p)
		} else if !canBeHad(p) {
			denied = append(denied, p)
		}
	}
	if withError != nil {
		return withError
	}
	return denied
}

// fate is what has become of a port, to follow "is".
func fate(p safeport.Port, findings []safeport.Finding) string {
	if slices.ContainsFunc(findings, isDuplicate) {
		return "wanted twice"
	}
	switch p.Verdict {
	case safeport.PortBusy:
		return "taken"
	case safeport.PortRedirected:
		return "redirected"
	case safeport.PortDenied:
		return "not allowed"
	case safeport.PortUnavailable:
		return "on an address that this host lacks"
	case safeport.PortUnknown:
		return "undecided"
	}
	return "in conflict"
}

func isDuplicate(f safeport.Finding) bool { return f.Code == safeport.DuplicatePort }

// headlineName leaves out what goes without saying.
func headlineName(p safeport.Port) string {
	name := endpoint(p.Address, p.Ports)
	if p.Protocol != "tcp" {
		name += "/" + p.Protocol
	}
	return name
}

func whole(ports []safeport.Port) string {
	if len(ports) == 1 {
		return "port " + headlineName(ports[0])
	}
	return count(len(ports), "port")
}

func countOf(findings []safeport.Finding, s safeport.Severity) int {
	n := 0
	for _, f := range findings {
		if f.Severity == s {
			n++
		}
	}
	return n
}

// about are the findings on one port; with an empty name, those on none.
func about(findings []safeport.Finding, port string) []safeport.Finding {
	var list []safeport.Finding
	for _, f := range findings {
		if f.Port == port {
			list = append(list, f)
		}
	}
	return list
}
