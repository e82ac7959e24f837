package exam

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/safeport/safeport/report"
)

// said is what safeport said.
type said struct {
	report.Report
	status int
	output []byte // as it was printed
}

func (g *stage) askSafeport() said {
	g.Helper()
	ctx, cancel := context.WithTimeout(g.Context(), 2**patience)
	defer cancel()
	output, status, err := g.output(ctx, append([]string{g.safeport}, g.question()...))
	if err != nil {
		g.Errorf("safeport: %v", err)
	}
	s := said{status: status, output: output}
	if err := json.NewDecoder(strings.NewReader(string(output))).Decode(&s.Report); err != nil {
		g.Errorf("safeport %v: status %d, no report (%v): %s", g.question(), status, err, output)
	}
	return s
}

// answer is the report in one word.
func (s said) answer() answer {
	word := free
	if len(s.Ports) == 0 || s.Verdict == report.Unknown {
		return noAnswer
	}
	for _, p := range s.Ports {
		switch p.Verdict {
		case report.PortFree, report.PortOwn:
		default:
			word = busy
		}
		if p.Outside == "blocked" {
			word = busy
		}
	}
	for _, source := range s.Sources {
		if (source.Name == "xdp" || source.Name == "tc") && source.Status == "partial" && word == free && s.warns(report.SourceFailed) {
			word = noAnswer // it depends on a program
		}
	}
	for _, f := range s.Findings {
		switch {
		case f.Severity == report.Error:
			return busy
		case f.Code == report.BlockedOutside && f.Severity == report.Warning && word == free:
			word = noAnswer // it depends on who comes
		}
	}
	return word
}

// wrongs are all that is wrong with the report.
func (s said) wrongs(is situation, truth answer) []string {
	var wrongs []string
	wrong := func(format string, args ...any) { wrongs = append(wrongs, fmt.Sprintf(format, args...)) }

	switch {
	case truth == depends && s.answer() == free:
		wrong("safeport says free; want it to refuse with %s", is.unanswerable)
	case is.unsure && s.answer() == noAnswer:
	case truth != depends && s.answer() != truth:
		wrong("safeport says %s; the truth is %s", s.answer(), truth)
	}
	statuses := map[report.Verdict]int{report.Clear: 0, report.Warned: 0, report.Blocked: 1, report.Unknown: 3}
	if want, ok := statuses[s.Verdict]; ok && s.status != want {
		wrong("exit status is %d; want %d for verdict %s", s.status, want, s.Verdict)
	}
	if is.state != "" && s.Situation != is.state {
		wrong("situation is %q; want %q", s.Situation, is.state)
	}
	for _, code := range append(slices.Clone(is.says), is.unanswerable) {
		if code != "" && !slices.ContainsFunc(s.Findings, func(f report.Finding) bool { return f.Code == code }) {
			wrong("no finding %s", code)
		}
	}
	for _, code := range is.silent {
		if slices.ContainsFunc(s.Findings, func(f report.Finding) bool { return f.Code == code }) {
			wrong("finding %s is out of place", code)
		}
	}
	for _, p := range s.Ports {
		if is.reach != "" && p.Outside != is.reach {
			wrong("clients from outside get in to %s: %q; want %q", p.Ports, p.Outside, is.reach)
		}
	}
	for _, name := range is.named {
		if !slices.ContainsFunc(s.Findings, func(f report.Finding) bool { return strings.Contains(f.Message, name) }) {
			wrong("no finding mentions %s", name)
		}
	}
	for _, words := range is.advice {
		if !slices.ContainsFunc(s.Findings, func(f report.Finding) bool {
			return slices.ContainsFunc(f.Remedies, func(r report.Remedy) bool {
				return strings.Contains(r.Text, words) || strings.Contains(r.Command, words)
			})
		}) {
			wrong("no remedy has %q", words)
		}
	}
	for _, words := range is.never {
		for _, f := range s.Findings {
			for _, r := range f.Remedies {
				if strings.Contains(r.Command, words) {
					wrong("%q is offered", r.Command)
				}
			}
		}
	}
	if truth == busy && is.holder != (holder{}) && !s.names(is.holder) {
		wrong("holder %s %q is not named", is.holder.kind, is.holder.name)
	}
	return wrongs
}

func (s said) warns(code report.Code) bool {
	return slices.ContainsFunc(s.Findings, func(f report.Finding) bool { return f.Code == code && f.Severity == report.Warning })
}

func (s said) names(h holder) bool {
	return slices.ContainsFunc(s.Ports, func(p report.Port) bool { return slices.ContainsFunc(p.Holders, h.is) })
}
