package report

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	"safeport"
)

// endpoint writes an address and a port (or a range) as they are written on command lines; an empty address leaves the
// port alone.
func endpoint(address, ports string) string {
	if address == "" {
		return ports
	}
	return net.JoinHostPort(address, ports)
}

// portLabel is the port as it heads a row: "80/tcp", "[::1]:9000/tcp".
func portLabel(p safeport.Port) string {
	return endpoint(p.Address, p.Ports) + "/" + p.Protocol
}

// enumerate writes "a", "a and b", "a, b and c", and "a, b, c and 7 more" when there are more than limit.
func enumerate(items []string, limit int) string {
	if len(items) > limit+1 {
		return fmt.Sprintf("%s and %d more", strings.Join(items[:limit], ", "), len(items)-limit)
	}
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + " and " + items[last]
}

func count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// originText says where a port's number was chosen; empty for an argument, which the reader has just typed.
func originText(o safeport.Origin) string {
	switch o.Kind {
	case "flag":
		return "from " + o.Where
	case "env":
		return "from the environment variable " + o.Where
	case "file":
		return "from " + lineText(o.Where)
	case "existing":
		return "as the installed " + o.Where + " has it"
	case "default":
		return "the default"
	case "definition":
		if o.Where != "" {
			return "from " + lineText(o.Where)
		}
		return "fixed"
	}
	return ""
}

// lineText writes "config.yaml:3" as it is said. What does not end in a line's number stays as it is.
func lineText(where string) string {
	i := strings.LastIndex(where, ":")
	if i < 0 {
		return where
	}
	if _, err := strconv.ParseUint(where[i+1:], 10, 32); err != nil {
		return where
	}
	return where[:i] + " line " + where[i+1:]
}

// insteadText says what was chosen elsewhere and does not count; empty when nothing was.
func insteadText(others []safeport.Overridden) string {
	var list []string
	for _, o := range others {
		if o.Kind == "default" {
			list = append(list, "the default "+o.Value)
			continue
		}
		list = append(list, o.Value+" "+originText(safeport.Origin{Kind: o.Kind, Where: o.Where}))
	}
	if len(list) == 0 {
		return ""
	}
	return "instead of " + enumerate(list, len(list))
}

// purpose says what the port is for and where its number comes from.
func purpose(p safeport.Port) string {
	origin := originText(p.Origin)
	switch {
	case p.About == "" && origin == "":
		return ""
	case p.About == "":
		return p.Ports + ", " + origin
	case origin == "":
		return p.About
	}
	return fmt.Sprintf("%s (%s, %s)", p.About, p.Ports, origin)
}
