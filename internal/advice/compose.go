package advice

import (
	"strconv"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/request"
	"github.com/safeport/safeport/report"
)

// ComposeFile are the findings on what a Compose file leaves open.
func (w *Builder) ComposeFile(p *request.Service) []report.Finding {
	var findings []report.Finding
	for _, u := range p.Definition.Unset {
		key, args := message.VariableUnset, message.Args{
			"name": message.Clean(u.Name), "where": message.Clean(u.Where), "count": strconv.Itoa(u.More),
			"file": message.Clean(u.File), "sample": u.Sample,
		}
		if u.More > 0 {
			key = message.VariableUnsetOften
		}
		f := report.Finding{Code: report.VariableUnset, Severity: report.Warning, Remedies: []report.Remedy{}, Message: w.Lang.Text(key, args)}
		remedy := message.SetVariable
		if u.Sample != "" {
			remedy = message.SetVariableAs
		}
		w.remedy(&f, remedy, args, "")
		findings = append(findings, f)
	}
	undeclared, err := p.Definition.Undeclared(p.Wanted.Values)
	if err != nil {
		return findings // the same error has been told by then
	}
	for _, u := range undeclared {
		f := report.Finding{Code: report.PortsUndeclared, Severity: report.Warning, Remedies: []report.Remedy{}, Message: w.Lang.Text(message.PortsUndeclared,
			message.Args{"name": message.Clean(u.Service), "where": message.Clean(u.Where)})}
		w.remedy(&f, message.DeclarePorts, message.Args{"name": message.Clean(u.Service)}, "")
		findings = append(findings, f)
	}
	return findings
}
