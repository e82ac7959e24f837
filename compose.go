package safeport

import (
	"strconv"

	"github.com/safeport/safeport/internal/message"
)

// composeFile are the findings on what a Compose file leaves open.
func (w *writer) composeFile(p *party) []Finding {
	var findings []Finding
	for _, u := range p.def.Unset {
		key, args := message.VariableUnset, message.Args{
			"name": message.Clean(u.Name), "where": message.Clean(u.Where), "count": strconv.Itoa(u.More),
			"file": message.Clean(u.File), "sample": u.Sample,
		}
		if u.More > 0 {
			key = message.VariableUnsetOften
		}
		f := Finding{Code: VariableUnset, Severity: Warning, Remedies: []Remedy{}, Message: w.lang.Text(key, args)}
		remedy := message.SetVariable
		if u.Sample != "" {
			remedy = message.SetVariableAs
		}
		w.remedy(&f, remedy, args, "")
		findings = append(findings, f)
	}
	undeclared, err := p.def.Undeclared(p.wanted.values)
	if err != nil {
		return findings // the same error has been told by then
	}
	for _, u := range undeclared {
		f := Finding{Code: PortsUndeclared, Severity: Warning, Remedies: []Remedy{}, Message: w.lang.Text(message.PortsUndeclared,
			message.Args{"name": message.Clean(u.Service), "where": message.Clean(u.Where)})}
		w.remedy(&f, message.DeclarePorts, message.Args{"name": message.Clean(u.Service)}, "")
		findings = append(findings, f)
	}
	return findings
}
