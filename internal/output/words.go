package output

import (
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/safeport/safeport/report"
)

// endpoint writes an address and a port (or a range) as they are written on command lines; an empty address leaves the
// port alone.
func endpoint(address, ports string) string {
	if address == "" {
		return ports
	}
	return net.JoinHostPort(address, ports)
}

// labelWidth is how wide a column of ports is.
func labelWidth(ports []report.Port) int {
	widest := 0
	for _, p := range ports {
		widest = max(widest, width(p.Label()))
	}
	return widest
}

// enumerate writes "a", "a and b", "a, b and c", and "a, b, c and 7 more" when there are more than limit.
func enumerate(items []string, limit int, l report.Language) string {
	comma := l.Sprintf(", ")
	if len(items) > limit+1 {
		return l.Sprintf("%s and %d more", strings.Join(items[:limit], comma), len(items)-limit)
	}
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := len(items) - 1
	return l.Sprintf("%s and %s", strings.Join(items[:last], comma), items[last])
}

// joined writes facts in one line.
func joined(facts []string, l report.Language) string {
	text := ""
	for i, f := range facts {
		if i == 0 {
			text = f
			continue
		}
		text = l.Sprintf("%s, %s", text, f)
	}
	return text
}

// count writes a number in a phrase that has one form for one thing, and another for any other number of them.
func count(n int, one, more string, l report.Language) string {
	if n == 1 {
		return l.Translate(one)
	}
	return fmt.Sprintf(l.Translate(more), n)
}

// originText says where a port's number was chosen; empty for an argument, which the reader has just typed. A place in a file
// is written as editors and terminals take it, "config.yaml:3".
func originText(o report.Origin, l report.Language) string {
	switch o.Kind {
	case "flag":
		return l.Sprintf("from %s", o.Where)
	case "env":
		return l.Sprintf("from environment variable %s", o.Where)
	case "file":
		return l.Sprintf("from %s", o.Where)
	case "existing":
		return l.Sprintf("current setting of %s", o.Where)
	case "default":
		return l.Sprintf("the default")
	case "definition":
		if o.Where != "" {
			return l.Sprintf("from %s", o.Where)
		}
		return l.Sprintf("fixed")
	}
	return ""
}

// insteadText says what was chosen elsewhere and does not count; empty when nothing was.
func insteadText(others []report.Overridden, l report.Language) string {
	var list []string
	for _, o := range others {
		if o.Kind == "default" {
			list = append(list, l.Sprintf("the default %s", o.Value))
			continue
		}
		list = append(list, l.Sprintf("%s %s", o.Value, originText(report.Origin{Kind: o.Kind, Where: o.Where}, l)))
	}
	if len(list) == 0 {
		return ""
	}
	return l.Sprintf("instead of %s", enumerate(list, len(list), l))
}

// purpose says what the port is for, and where its number was chosen unless that goes without saying.
func purpose(p report.Port, l report.Language) string {
	origin := ""
	switch p.Origin.Kind {
	case "env", "file", "definition":
		origin = p.Origin.Where
	case "existing":
		if slices.ContainsFunc(p.Origin.Overridden, func(o report.Overridden) bool { return o.Value != p.Ports }) {
			origin = originText(p.Origin, l)
		}
	}
	switch {
	case origin == "":
		return p.About
	case p.About == "":
		return origin
	}
	return l.Sprintf("%s (%s)", p.About, origin)
}

// verdictText is a verdict as a word in a row.
func verdictText(v report.PortVerdict, l report.Language) string {
	switch v {
	case report.PortFree:
		return l.Sprintf("free")
	case report.PortOwn:
		return l.Sprintf("in use by this installation")
	case report.PortBusy:
		return l.Sprintf("in use")
	case report.PortRedirected:
		return l.Sprintf("redirected")
	case report.PortDenied:
		return l.Sprintf("denied")
	case report.PortUnavailable:
		return l.Sprintf("unavailable")
	}
	return l.Sprintf("unknown")
}

func severityText(s report.Severity, l report.Language) string {
	switch s {
	case report.Error:
		return l.Sprintf("error: ")
	case report.Warning:
		return l.Sprintf("warning: ")
	}
	return l.Sprintf("info: ")
}
