package safeport

import (
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/claim"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/verdict"
)

// programs says that programs at devices see the packets of ports that can be had, as far as all else tells.
func (w *writer) programs() []Finding {
	var seen []claim.Program
	for i, r := range w.results {
		if r.Answer != verdict.Free && r.Answer != verdict.Own || i >= len(w.facts.Probes) {
			continue
		}
		for _, p := range w.facts.Probes[i].Programs {
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
	f := Finding{Code: SourceFailed, Severity: Warning, Remedies: []Remedy{}}
	for _, p := range seen[:min(len(seen), most)] {
		names = append(names, describeProgram(w.lang, p))
		command := showProgram(p)
		if !slices.ContainsFunc(f.Remedies, func(r Remedy) bool { return r.Command == command }) {
			w.remedy(&f, message.ShowPrograms, message.Args{"device": message.Clean(p.Device)}, command)
		}
	}
	if len(seen) > most {
		names = append(names, "…")
	}
	f.Message = w.lang.Text(message.ProgramsUnread, message.Args{"programs": strings.Join(names, ", ")})
	return []Finding{f}
}

// describeProgram names a program in a sentence.
func describeProgram(lang Language, p claim.Program) string {
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
func showProgram(p claim.Program) string {
	device := message.Quote(p.Device)
	switch {
	case p.ID != 0:
		return "sudo bpftool net show dev " + device
	case p.Leaving:
		return "tc filter show dev " + device + " egress"
	}
	return "tc filter show dev " + device + " ingress"
}
