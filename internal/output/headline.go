package output

import (
	"slices"
	"strings"

	"github.com/safeport/safeport/report"
)

// headline is the answer in one line. It is empty when all is clear: then the rows say everything.
func headline(r *report.Report, opt Options) string {
	l := opt.Language
	deed, hindered := deeds(r, opt)
	reason := shortReason(r, l)
	switch r.Verdict {
	case report.Blocked:
		return sentence(hindered, reason, l)
	case report.Unknown:
		if deed == "" {
			return sentence("", reason, l)
		}
		return sentence(l.Sprintf("cannot tell whether %s can have its ports", subject(r, l)), reason, l)
	case report.Warned:
		warnings := count(countOf(r.Findings, report.Warning), "1 warning", "%d warnings", l)
		if deed == "" {
			return l.Sprintf("%s can be had, with %s.", whole(r.Ports, l), warnings)
		}
		if slices.ContainsFunc(r.Findings, func(f report.Finding) bool { return f.Code == report.PortsUndeclared }) {
			if len(r.Ports) == 0 {
				return l.Sprintf("%s does not say which ports it takes, so none was looked at.", subject(r, l))
			}
			return l.Sprintf("%s can have the ports that it declares, with %s.", subject(r, l), warnings)
		}
		return l.Sprintf("%s, with %s.", deed, warnings)
	}
	return ""
}

// deeds are what can be promised of the service, and what to deny it; empty without a service. Only ports were looked at:
// that they can be had does not promise that the installation works.
func deeds(r *report.Report, opt Options) (can, cannot string) {
	if r.Service == "" {
		return "", ""
	}
	l := opt.Language
	name := subject(r, l)
	can = l.Sprintf("%s can have its ports", name)
	switch {
	case opt.Rollback:
		return can, l.Sprintf("%s cannot be rolled back", name)
	case r.Situation == report.Upgrade:
		return can, l.Sprintf("%s cannot be upgraded", name)
	case r.Situation == report.Reinstall:
		return can, l.Sprintf("%s cannot be reinstalled", name)
	}
	return can, l.Sprintf("%s cannot be installed", name)
}

func subject(r *report.Report, l report.Language) string {
	if r.Instance == "" || r.Instance == r.Service {
		return r.Service
	}
	return l.Sprintf("%s (instance %s)", r.Service, r.Instance)
}

func sentence(what, why string, l report.Language) string {
	switch {
	case what == "":
		return l.Sprintf("%s.", why)
	case why == "":
		return l.Sprintf("%s.", what)
	}
	return l.Sprintf("%s: %s.", what, why)
}

// shortReason names the failing ports if there are few and they fail in the same way, else it counts them.
func shortReason(r *report.Report, l report.Language) string {
	var names, fates []string
	for _, p := range failing(r) {
		if slices.Contains(names, headlineName(p)) {
			continue // wanted twice
		}
		names = append(names, headlineName(p))
		fates = append(fates, fate(p, about(r.Findings, p.Name), l))
	}
	switch {
	case len(names) == 0:
		return ""
	case len(names) == 1 && strings.Contains(names[0], "-"):
		return l.Sprintf("range %s cannot be had", names[0])
	case len(names) == 1:
		return l.Sprintf("port %s is %s", names[0], fates[0])
	case len(names) <= 4 && len(slices.Compact(slices.Clone(fates))) == 1:
		return l.Sprintf("ports %s are %s", enumerate(names, 4, l), fates[0])
	}
	return l.Sprintf("%d of %d ports cannot be had", len(names), len(r.Ports))
}

// failing are the ports that have an error, which an ignored one is not; where no error is told, those that cannot be had.
func failing(r *report.Report) []report.Port {
	var withError, denied []report.Port
	for _, p := range r.Ports {
		if worstOf(about(r.Findings, p.Name)) == report.Error {
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
func fate(p report.Port, findings []report.Finding, l report.Language) string {
	if slices.ContainsFunc(findings, isDuplicate) {
		return l.Sprintf("wanted twice")
	}
	switch p.Verdict {
	case report.PortBusy:
		return l.Sprintf("taken")
	case report.PortRedirected:
		return l.Sprintf("redirected")
	case report.PortDenied:
		return l.Sprintf("not allowed")
	case report.PortUnavailable:
		return l.Sprintf("on an address that this host lacks")
	case report.PortUnknown:
		return l.Sprintf("undecided")
	}
	return l.Sprintf("in conflict")
}

func isDuplicate(f report.Finding) bool { return f.Code == report.DuplicatePort }

// headlineName leaves out what goes without saying.
func headlineName(p report.Port) string {
	name := endpoint(p.Address, p.Ports)
	if p.Protocol != "tcp" {
		name += "/" + p.Protocol
	}
	return name
}

func whole(ports []report.Port, l report.Language) string {
	if len(ports) == 1 && ports[0].Ports == picked {
		return l.Sprintf("a port that the engine picks")
	}
	if len(ports) == 1 {
		return l.Sprintf("port %s", headlineName(ports[0]))
	}
	return count(len(ports), "1 port", "%d ports", l)
}

func countOf(findings []report.Finding, s report.Severity) int {
	n := 0
	for _, f := range findings {
		if f.Severity == s {
			n++
		}
	}
	return n
}

// about are the findings on one port; with an empty name, those on none.
func about(findings []report.Finding, port string) []report.Finding {
	var list []report.Finding
	for _, f := range findings {
		if f.Port == port {
			list = append(list, f)
		}
	}
	return list
}
