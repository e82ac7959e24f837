package output

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/safeport/safeport/report"
)

// Prometheus writes a check as metrics in the text format, for the textfile collector of the node exporter.
func Prometheus(w io.Writer, r *report.Report, opt Options) error {
	var b bytes.Buffer
	m := metrics{&b, map[string]bool{}}
	m.family("safeport_port_available", "Whether the service can have the port: it is free, or its own.")
	for _, p := range r.Ports {
		m.row("safeport_port_available", canBeHad(p), append(portLabels(r, p), label{"verdict", string(p.Verdict)}))
	}
	m.family("safeport_finding", "What was found, by code.")
	for _, f := range r.Findings {
		m.row("safeport_finding", true, []label{{"code", string(f.Code)}, {"severity", string(f.Severity)}, {"port", f.Port}})
	}
	m.family("safeport_source_ok", "Whether a source of facts could be read in full; skipped ones are left out.")
	for _, s := range r.Sources {
		if s.Status != "skipped" {
			m.row("safeport_source_ok", s.Status == "ok", []label{{"source", s.Name}})
		}
	}
	m.family("safeport_check_verdict", "The answer for all ports together: one of the four is 1.")
	for _, v := range []report.Verdict{report.Clear, report.Warned, report.Blocked, report.Unknown} {
		m.row("safeport_check_verdict", v == r.Judge(opt.Strict), []label{{"service", r.Service}, {"instance_name", r.Instance}, {"verdict", string(v)}})
	}
	_, err := w.Write(b.Bytes())
	return err
}

// portLabels tell a port's series apart. The label "instance" is left to Prometheus, which puts the scraped host there.
func portLabels(r *report.Report, p report.Port) []label {
	service := p.Service
	if service == "" {
		service = r.Service
	}
	return []label{
		{"service", service}, {"instance_name", r.Instance}, {"name", p.Name}, {"address", p.Address}, {"port", p.Ports},
		{"protocol", p.Protocol}, {"mode", p.Mode},
	}
}

type label struct{ name, value string }

// metrics writes families of gauges. A series may stand in the text once only: of two rows with the same labels, as of a
// port that is wanted twice, the first is written.
type metrics struct {
	*bytes.Buffer
	written map[string]bool
}

func (m metrics) family(name, help string) {
	fmt.Fprintf(m, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name)
}

func (m metrics) row(name string, on bool, labels []label) {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)
	pairs := make([]string, len(labels))
	for i, l := range labels {
		pairs[i] = fmt.Sprintf(`%s="%s"`, l.name, escape.Replace(l.value))
	}
	series := name + "{" + strings.Join(pairs, ",") + "}"
	if m.written[series] {
		return
	}
	m.written[series] = true
	value := 0
	if on {
		value = 1
	}
	fmt.Fprintf(m, "%s %d\n", series, value)
}
