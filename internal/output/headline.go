package output

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/safeport/safeport/report"
)

// headline is the answer in one line.
func headline(r *report.Report, opt Options) string {
	l := opt.Language
	reason := shortReason(r, l)
	switch r.Verdict {
	case report.Blocked:
		switch {
		case r.Service == "" && reason != "":
			return capital(reason)
		case r.Service == "":
			return l.Sprintf("Not available")
		case reason == "" || opt.Rollback:
			return sentence(refused(r, opt), reason, l)
		}
		return sentence(subject(r, l), reason, l)
	case report.Unknown:
		return sentence(subject(r, l), unchecked(r, l), l)
	}
	return sentence(subject(r, l), available(r, l), l) + warnings(r, l)
}

// available says what can be promised: ports, and not that what uses them works.
func available(r *report.Report, l report.Language) string {
	declared := !slices.ContainsFunc(r.Findings, func(f report.Finding) bool { return f.Code == report.PortsUndeclared })
	switch {
	case !declared && len(r.Ports) == 0:
		return l.Sprintf("no ports are declared, so none were checked")
	case !declared:
		return l.Sprintf("all declared ports are available")
	case r.Service != "" && len(r.Ports) > 0:
		return l.Sprintf("all ports are available")
	case r.Service != "":
		return l.Sprintf("no ports are required")
	case len(r.Ports) == 1 && r.Ports[0].Picked():
		return l.Sprintf("the engine picks the port")
	case len(r.Ports) == 1:
		return l.Sprintf("port %s is available", headlineName(r.Ports[0]))
	}
	return l.Sprintf("all %d ports are available", len(r.Ports))
}

// unchecked says what could not be told.
func unchecked(r *report.Report, l report.Language) string {
	var names []string
	for _, p := range failing(r) {
		if name := headlineName(p); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	switch {
	case len(names) == 1:
		return l.Sprintf("couldn't check port %s", names[0])
	case len(names) > 1 && len(names) <= 4:
		return l.Sprintf("couldn't check ports %s", enumerate(names, 4, l))
	}
	return l.Sprintf("couldn't check %d of %d ports", len(names), len(r.Ports))
}

// warnings counts them. What was not looked at for want of rights stands below as what it is.
func warnings(r *report.Report, l report.Language) string {
	n := 0
	for _, f := range r.Findings {
		if f.Severity == report.Warning && f.Unchecked == "" {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return l.Sprintf(" (%s)", count(n, "1 warning", "%d warnings", l))
}

// refused is what cannot be done.
func refused(r *report.Report, opt Options) string {
	l, name := opt.Language, subject(r, opt.Language)
	switch {
	case opt.Rollback:
		return l.Sprintf("Can't roll back %s", name)
	case r.Situation == report.Upgrade:
		return l.Sprintf("Can't upgrade %s", name)
	case r.Situation == report.Reinstall:
		return l.Sprintf("Can't reinstall %s", name)
	}
	return l.Sprintf("Can't install %s", name)
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
		return capital(why)
	case why == "":
		return what
	}
	return l.Sprintf("%s: %s", what, why)
}

// capital begins a sentence.
func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// shortReason names the failing ports if there are few and they fail in the same way, else it counts them.
func shortReason(r *report.Report, l report.Language) string {
	var names, fates []string
	for _, p := range failing(r) {
		if slices.Contains(names, headlineName(p)) {
			continue // wanted twice
		}
		names = append(names, headlineName(p))
		fates = append(fates, result(p, about(r.Findings, p.Name), l))
	}
	switch {
	case len(names) == 0:
		return ""
	case len(names) == 1 && strings.Contains(names[0], "-"):
		return l.Sprintf("range %s is not available", names[0])
	case len(names) == 1:
		return l.Sprintf("port %s is %s", names[0], fates[0])
	case len(names) <= 4 && len(slices.Compact(slices.Clone(fates))) == 1:
		return l.Sprintf("ports %s are %s", enumerate(names, 4, l), fates[0])
	}
	return l.Sprintf("%d of %d ports are not available", len(names), len(r.Ports))
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

// result is what has become of a port, to follow "is".
func result(p report.Port, findings []report.Finding, l report.Language) string {
	if slices.ContainsFunc(findings, isDuplicate) {
		return l.Sprintf("used twice")
	}
	switch p.Verdict {
	case report.PortBusy:
		return l.Sprintf("already in use")
	case report.PortRedirected:
		return l.Sprintf("redirected")
	case report.PortDenied:
		if slices.ContainsFunc(findings, func(f report.Finding) bool { return f.Code == report.EngineRefuses }) {
			return l.Sprintf("refused by the engine")
		}
		return l.Sprintf("not permitted")
	case report.PortUnavailable:
		return l.Sprintf("on an address that this host doesn't have")
	case report.PortUnknown:
		return l.Sprintf("not checked")
	}
	return l.Sprintf("in conflict")
}

func isDuplicate(f report.Finding) bool { return f.Code == report.DuplicatePort }

// headlineName leaves out what goes without saying.
func headlineName(p report.Port) string { return strings.TrimSuffix(p.Label(), "/tcp") }

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
