package safeport

import (
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/service"
)

// lookFor are the units and files by which installations without a container are known.
func (q *question) lookFor() (units, files []string) {
	for _, p := range q.parties {
		if p.def.Legacy != nil {
			units = append(units, p.def.Identity.Units...)
			files = append(files, p.def.LegacyFiles()...)
		}
	}
	slices.Sort(units)
	slices.Sort(files)
	return slices.Compact(units), slices.Compact(files)
}

// traceName is what the trace is called where a container would have its name.
func traceName(d *service.Definition, t *service.Trace) string {
	if t.Unit != nil {
		return t.Unit.Name
	}
	for _, file := range d.Legacy.Files {
		if slices.Contains(t.Files, file) {
			return file
		}
	}
	return ""
}

// legacy is the finding on an installation without a container: what its move to one takes, or that it is in the way of
// the container that has replaced it.
func (w *writer) legacy(p *party) []Finding {
	t := p.instance.Trace
	if t == nil {
		return nil
	}
	args := message.Args{
		"about": p.def.Legacy.About.In(w.lang), "trace": traceName(p.def, t), "service": p.def.Name,
		"version": message.Clean(p.wanted.values.Text("version")),
	}
	f := Finding{Code: LegacyInstall, Severity: Warning, Message: w.lang.Text(message.LegacyInstall, args), Remedies: []Remedy{}}
	if len(p.instance.Containers) > 0 {
		args["name"] = p.instanceName()
		f.Message = w.lang.Text(message.LegacyBeside, args)
		w.remedy(&f, message.DisableUnit, nil, "sudo systemctl disable --now "+message.Operands(t.Unit.Name))
		return []Finding{f}
	}
	for _, step := range p.def.LegacySteps(*t, p.wanted.values, p.instanceName()) {
		f.Remedies = append(f.Remedies, Remedy{Text: step.About.In(w.lang), Command: strings.TrimSpace(step.Run)})
	}
	return []Finding{f}
}

// unlooked is the finding on places where an installation without a container may be, unseen.
func (w *writer) unlooked(s *host.Survey, parties []*party) []Finding {
	seen := func(p *party) bool { return p.def.Legacy == nil || p.instance.Trace != nil }
	for _, source := range s.Sources {
		if source.Name != "installation" || source.Err == nil || !slices.ContainsFunc(parties, func(p *party) bool { return !seen(p) }) {
			continue
		}
		return []Finding{{Code: SourceFailed, Severity: Warning, Remedies: []Remedy{}, Message: w.lang.Text(
			message.LegacyUnseen, message.Args{"reason": message.Clean(source.Err.Error())})}}
	}
	return nil
}
