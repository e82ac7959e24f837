package output

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/safeport/safeport/report"
)

// NagiosStatus is the exit status of a plugin for Nagios, Icinga, Zabbix or Sensu, which read it in their own way: 1 is a
// warning and 2 is critical.
func NagiosStatus(v report.Verdict) int {
	switch v {
	case report.Clear:
		return 0
	case report.Warned:
		return 1
	case report.Blocked:
		return 2
	}
	return 3
}

// Nagios writes a check as a monitoring plugin does: one line with the state and figures, and below it what was found.
func Nagios(w io.Writer, r *report.Report, opt Options) error {
	var b bytes.Buffer
	verdict := r.Judge(opt.Strict)
	fmt.Fprintf(&b, "%s - %s | %s\n", nagiosState(NagiosStatus(verdict)), nagiosText(InOneLine(r, opt.Language)), nagiosFigures(r))
	for _, p := range points(r, opt.Strict) {
		if p.verdict == report.Clear {
			continue
		}
		fmt.Fprintf(&b, "%s: %s\n", nagiosText(p.name), p.verdict)
		for _, line := range p.details(opt) {
			fmt.Fprintf(&b, "  %s\n", nagiosText(line))
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// NagiosUnknown writes why a check came to no answer.
func NagiosUnknown(w io.Writer, why string) error {
	_, err := fmt.Fprintf(w, "%s - %s\n", nagiosState(NagiosStatus(report.Unknown)), nagiosText(why))
	return err
}

func nagiosState(status int) string {
	return "SAFEPORT " + []string{"OK", "WARNING", "CRITICAL", "UNKNOWN"}[status]
}

// nagiosFigures count the ports. With a threshold of zero each that cannot be had makes a graph go red.
func nagiosFigures(r *report.Report) string {
	available := 0
	for _, p := range r.Ports {
		if canBeHad(p) {
			available++
		}
	}
	return fmt.Sprintf("ports=%d;;;0 available=%d;;;0;%d errors=%d;;0;0 warnings=%d;0;;0", len(r.Ports), available, len(r.Ports),
		countOf(r.Findings, report.Error), countOf(r.Findings, report.Warning))
}

// nagiosText writes the bar out, which parts text from figures, in the first line and in later ones.
func nagiosText(s string) string {
	return strings.ReplaceAll(oneLine(s), "|", `\x7c`)
}

// InOneLine is the headline without its mark.
func InOneLine(r *report.Report, l report.Language) string { return headline(r, Options{Language: l}) }
