package advice

import (
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/verdict"
	"github.com/safeport/safeport/report"
)

// programs says that programs at devices see the packets of ports that can be had, as far as all else tells.
func (w *Builder) programs() []report.Finding {
	var seen []facts.Program
	for i, r := range w.Results {
		if r.Answer != verdict.Free && r.Answer != verdict.Own || i >= len(w.Facts.Probes) {
			continue
		}
		for _, p := range w.Facts.Probes[i].Programs {
			if !slices.Contains(seen, p) {
				seen = append(seen, p)
			}
		}
	}
	if len(seen) == 0 {
		return nil
	}
	const most = 4 // as many as a sentence holds
	var names []string
	f := report.Finding{Code: report.SourceFailed, Severity: report.Warning, Remedies: []report.Remedy{}}
	for _, p := range seen[:min(len(seen), most)] {
		names = append(names, describeProgram(w.Lang, p))
		command := showProgram(p)
		if !slices.ContainsFunc(f.Remedies, func(r report.Remedy) bool { return r.Command == command }) {
			w.remedy(&f, message.ShowPrograms, message.Args{"device": message.Clean(p.Device)}, command)
		}
	}
	if len(seen) > most {
		names = append(names, "…")
	}
	f.Message = w.Lang.Text(message.ProgramsUnread, message.Args{"programs": strings.Join(names, ", ")})
	return []report.Finding{f}
}

// describeProgram names a program in a sentence.
func describeProgram(lang report.Language, p facts.Program) string {
	key := message.ProgramAt
	switch {
	case p.ID == 0 && p.Leaving:
		key = message.FilterOut
	case p.ID == 0:
		key = message.FilterAt
	case p.Leaving:
		key = message.ProgramOut
	}
	return lang.Text(key, message.Args{"kind": p.Kind, "name": message.Clean(p.Title()), "device": message.Clean(p.Device)})
}

// showProgram is the command that lists what is at a program's device.
func showProgram(p facts.Program) string {
	device := message.Quote(p.Device)
	switch {
	case p.ID != 0:
		return "sudo bpftool net show dev " + device
	case p.Leaving:
		return "tc filter show dev " + device + " egress"
	}
	return "tc filter show dev " + device + " ingress"
}
