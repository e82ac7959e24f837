package advice

import (
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/request"
	"github.com/safeport/safeport/report"
)

// Legacy is the finding on an installation without a container: what its move to one takes, or that it is in the way of
// the container that has replaced it.
func (w *Builder) Legacy(p *request.Service) []report.Finding {
	t := p.Instance.Trace
	if t == nil {
		return nil
	}
	args := message.Args{
		"about": p.Definition.Legacy.About.In(w.Lang), "trace": request.TraceName(p.Definition, t), "service": p.Definition.Name,
		"version": message.Clean(p.Wanted.Values.Text("version")),
	}
	f := report.Finding{Code: report.LegacyInstall, Severity: report.Warning, Message: w.Lang.Text(message.LegacyInstall, args), Remedies: []report.Remedy{}}
	if len(p.Instance.Containers) > 0 {
		args["name"] = p.InstanceName()
		f.Message = w.Lang.Text(message.LegacyBeside, args)
		w.remedy(&f, message.DisableUnit, nil, "sudo systemctl disable --now "+message.Operands(t.Unit.Name))
		return []report.Finding{f}
	}
	for _, step := range p.Definition.LegacySteps(*t, p.Wanted.Values, p.InstanceName()) {
		f.Remedies = append(f.Remedies, report.Remedy{Text: step.About.In(w.Lang), Command: strings.TrimSpace(step.Run)})
	}
	return []report.Finding{f}
}

// Unlooked is the finding on places where an installation without a container may be, unseen.
func (w *Builder) Unlooked(s *host.Survey, parties []*request.Service) []report.Finding {
	seen := func(p *request.Service) bool { return p.Definition.Legacy == nil || p.Instance.Trace != nil }
	for _, source := range s.Sources {
		if source.Name != "installation" || source.Err == nil || !slices.ContainsFunc(parties, func(p *request.Service) bool { return !seen(p) }) {
			continue
		}
		return []report.Finding{{Code: report.SourceFailed, Severity: report.Warning, Remedies: []report.Remedy{}, Message: w.Lang.Text(
			message.LegacyUnseen, message.Args{"reason": message.Clean(source.Err.Error())})}}
	}
	return nil
}
