package check

import (
	"context"

	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/request"
	"github.com/safeport/safeport/internal/verdict"
	"github.com/safeport/safeport/report"
)

// Map draws the host's ports, and those that are asked for among them. The host is asked once.
func Map(ctx context.Context, req request.Options) (*report.MapReport, error) {
	r := &report.MapReport{Schema: report.MapSchema, Wanted: []report.WantedPort{}, Findings: []report.Finding{}, Reserved: []report.Stretch{}}
	req, err := choosePorts(ctx, req)
	if err != nil {
		return nil, err
	}
	read := request.Parse
	if len(req.Services)+len(req.Files)+len(req.Ports)+len(req.Publish) == 0 {
		read = request.ParsePorts // which does without any
	}
	q, err := read(req)
	if err != nil {
		return nil, err
	}
	survey := host.Ask(ctx, q.Endpoints, func(c facts.Container) bool { return mayBeOwn(q, c) })
	defer survey.Close()
	if len(q.All()) > 0 {
		if err := mark(ctx, r, q, survey); err != nil {
			return nil, err
		}
	}
	wants := survey.Everything(ctx)
	if err := ctx.Err(); err != nil {
		return nil, message.Errorf("inspecting the host: %w", err)
	}
	r.Host, r.Sources = describe.HostOf(survey), describe.SourcesOf(survey)
	r.Bands = bands(survey.Kernel)
	for _, reserved := range survey.Kernel.Reserved {
		r.Reserved = append(r.Reserved, stretchOf(reserved))
	}
	facts := withoutKept(gather(survey), survey)
	for _, result := range verdict.Attribute(wants, facts) {
		r.Protocols = append(r.Protocols, mapOf(result, facts, survey))
	}
	return r, nil
}

// mark adds the ports that are asked for, and what is to be said of them.
func mark(ctx context.Context, r *report.MapReport, asked *request.Request, survey *host.Survey) error {
	if wants := colliding(asked); wants != nil {
		addWanted(r, collisions(asked, wants))
		return nil
	}
	before := len(survey.Sources)
	checked, err := judge(ctx, asked, survey)
	if err != nil {
		return err
	}
	survey.Sources = survey.Sources[:before] // the map says where it is from itself
	addWanted(r, checked)
	return nil
}

func addWanted(r *report.MapReport, checked *report.Report) {
	r.Findings = checked.Findings
	for _, p := range checked.Ports {
		if wanted, err := port.ParseRange(p.Ports); err == nil {
			r.Wanted = append(r.Wanted, report.WantedPort{Port: p, Stretch: stretchOf(wanted)})
		}
	}
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
