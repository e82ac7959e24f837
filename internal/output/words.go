package output

import (
	"fmt"
	"net"
	"strconv"
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

// picked is what a report has in the place of a port that the engine picks.
const picked = "0"

// portLabel is the port as it heads a row: "80/tcp", "[::1]:9000/tcp", "any/tcp".
func portLabel(p report.Port) string {
	if p.Ports == picked {
		return endpoint(p.Address, "any") + "/" + p.Protocol
	}
	return endpoint(p.Address, p.Ports) + "/" + p.Protocol
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

// originText says where a port's number was chosen; empty for an argument, which the reader has just typed.
func originText(o report.Origin, l report.Language) string {
	switch o.Kind {
	case "flag":
		return l.Sprintf("from %s", o.Where)
	case "env":
		return l.Sprintf("from the environment variable %s", o.Where)
	case "file":
		return l.Sprintf("from %s", lineText(o.Where, l))
	case "existing":
		return l.Sprintf("as the installed %s has it", o.Where)
	case "default":
		return l.Sprintf("the default")
	case "definition":
		if o.Where != "" {
			return l.Sprintf("from %s", lineText(o.Where, l))
		}
		return l.Sprintf("fixed")
	}
	return ""
}

// lineText writes "config.yaml:3" as it is said. What does not end in a line's number stays as it is.
func lineText(where string, l report.Language) string {
	i := strings.LastIndex(where, ":")
	if i < 0 {
		return where
	}
	if _, err := strconv.ParseUint(where[i+1:], 10, 32); err != nil {
		return where
	}
	return l.Sprintf("%s line %s", where[:i], where[i+1:])
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

// purpose says what the port is for and where its number comes from.
func purpose(p report.Port, l report.Language) string {
	origin := originText(p.Origin, l)
	switch {
	case p.About == "" && origin == "":
		return ""
	case p.About == "":
		return l.Sprintf("%s, %s", p.Ports, origin)
	case origin == "":
		return p.About
	}
	return l.Sprintf("%s (%s, %s)", p.About, p.Ports, origin)
}

// verdictText is a verdict as a word in a row.
func verdictText(v report.PortVerdict, l report.Language) string {
	switch v {
	case report.PortFree:
		return l.Sprintf("free")
	case report.PortOwn:
		return l.Sprintf("own")
	case report.PortBusy:
		return l.Sprintf("busy")
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
