package check

import (
	"context"
	"os"

	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/request"
	"github.com/safeport/safeport/internal/verdict"
	"github.com/safeport/safeport/report"
)

// Map draws the host's ports.
func Map(ctx context.Context, req request.Options) (*report.MapReport, error) {
	r := &report.MapReport{Schema: report.MapSchema, Wanted: []report.WantedPort{}, Findings: []report.Finding{}, Reserved: []report.Stretch{}}
	if len(req.Services)+len(req.Files)+len(req.Ports)+len(req.Publish) > 0 {
		checked, err := Check(ctx, req)
		if err != nil {
			return nil, err
		}
		r.Findings = checked.Findings
		for _, p := range checked.Ports {
			if wanted, err := port.ParseRange(p.Ports); err == nil {
				r.Wanted = append(r.Wanted, report.WantedPort{Port: p, Stretch: stretchOf(wanted)})
			}
		}
	}
	lookup := req.LookupEnv
	if lookup == nil {
		lookup = os.LookupEnv
	}
	engines, err := request.Endpoints(req.Engine, lookup)
	if err != nil {
		return nil, &request.Error{Err: err}
	}
	survey := host.Ask(ctx, engines, func(facts.Container) bool { return false })
	defer survey.Close()
	wants := survey.Everything(ctx)
	if err := ctx.Err(); err != nil {
		return nil, message.Errorf("inspecting the host: %w", err)
	}
	r.Host, r.Sources = describe.HostOf(survey), describe.SourcesOf(survey)
	r.Bands = bands(survey.Kernel)
	for _, reserved := range survey.Kernel.Reserved {
		r.Reserved = append(r.Reserved, stretchOf(reserved))
	}
	facts := gather(survey)
	for _, result := range verdict.Attribute(wants, facts) {
		r.Protocols = append(r.Protocols, mapOf(result, facts, survey))
	}
	return r, nil
}

func stretchOf(r port.Range) report.Stretch {
	return report.Stretch{First: int(r.First), Last: int(r.Last)}
}

// bands divides all ports.
func bands(k facts.Kernel) []report.Band {
	first, last := int(k.Ephemeral.First), int(k.Ephemeral.Last)
	privileged := min(k.UnprivilegedStart, first)
	var list []report.Band
	for _, b := range []report.Band{
		{Name: "privileged", Stretch: report.Stretch{First: 1, Last: privileged - 1}}, {Name: "registered", Stretch: report.Stretch{First: max(privileged, 1), Last: first - 1}},
		{Name: "ephemeral", Stretch: report.Stretch{First: first, Last: last}}, {Name: "high", Stretch: report.Stretch{First: last + 1, Last: 65535}},
	} {
		if b.Len() > 0 {
			list = append(list, b)
		}
	}
	return list
}
