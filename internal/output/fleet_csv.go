package output

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/safeport/safeport/report"
)

// FleetCSV writes one line a host and port. Hosts without ports, such as those that have no report, have one line too.
func FleetCSV(w io.Writer, f *report.Fleet) error {
	out := csv.NewWriter(w)
	write := func(fields ...string) {
		for i, field := range fields {
			fields[i] = inert(field)
		}
		_ = out.Write(fields) // told by Error below
	}
	write("host", "time", "verdict", "service", "name", "port", "answer", "code", "holder", "message")
	for _, h := range f.Hosts {
		told := ""
		if h.Time != nil {
			told = h.Time.UTC().Format(time.RFC3339)
		}
		for _, a := range h.Answers {
			port := f.Ports[a.Port]
			code, holder, why := causesAt(f, h, port.Label)
			write(h.Name, told, string(h.Verdict), port.Service, port.Name, port.Label, string(a.Verdict), code, holder, why)
		}
		if code, holder, why := causesAt(f, h, ""); why != "" || len(h.Answers) == 0 {
			write(h.Name, told, string(h.Verdict), "", "", "", "", code, holder, why)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	return nil
}

// causesAt joins what a host's causes say of one port, or of none.
func causesAt(f *report.Fleet, h report.FleetHost, port string) (codes, holders, messages string) {
	var code, holder, why []string
	for _, i := range h.Causes {
		if c := f.Causes[i]; c.Port == port {
			code, holder, why = append(code, nonEmpty(string(c.Code))...), append(holder, nonEmpty(c.Holder)...), append(why, c.Message)
		}
	}
	return strings.Join(code, " "), strings.Join(holder, "; "), strings.Join(why, "; ")
}

// inert keeps a spreadsheet from taking a name that a host has chosen for a formula.
func inert(field string) string {
	if field != "" && strings.ContainsRune("=+-@\t\r", rune(field[0])) {
		return "'" + field
	}
	return field
}
