package check

import (
	"context"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/advice"
	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/instance"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/request"
	"github.com/safeport/safeport/internal/verdict"
	"github.com/safeport/safeport/report"
)

// Who says who holds the ports of a request. The error is a [*request.Error] when a port is no port.
func Who(ctx context.Context, opts request.Options) (*report.WhoReport, error) {
	q, err := request.ParsePorts(opts)
	if err != nil {
		return nil, err
	}
	if len(q.Given) == 0 {
		return nil, &request.Error{Err: message.Errorf("no port specified (80)")}
	}
	wants := bothProtocols(q.Given)
	survey := host.Ask(ctx, q.Endpoints, func(facts.Container) bool { return false })
	defer survey.Close()
	survey.Who(ctx, wants)
	if err := ctx.Err(); err != nil {
		return nil, message.Errorf("inspecting the host: %w", err)
	}
	facts := withoutKept(gather(survey), survey)
	results := verdict.Attribute(wants, facts)
	held := describe.Holders(results)
	containers := survey.Containers()
	for _, holders := range held {
		for i := range holders {
			holders[i].Dependents = dependentsOf(holders[i], containers)
		}
	}
	r := &report.WhoReport{
		Schema: report.WhoSchema, Host: describe.HostOf(survey), Sources: describe.SourcesOf(survey), Findings: []report.Finding{},
		Ports: describe.Ports(results, held, opts.Language),
	}
	subject := newSubject(q, survey)
	subject.RootCheck = "sudo safeport who " + message.Line(opts.Ports)
	w := &advice.Builder{Lang: opts.Language, Subject: subject, Ports: r.Ports, Holders: held, Kernel: survey.Kernel, Facts: facts, Results: results}
	r.Findings = append(r.Findings, w.Write(verdict.WhoFindings(results, facts, survey.Kernel.MayInspect))...)
	r.Findings = append(r.Findings, w.Looking(q, survey)...)
	return r, nil
}

// withoutKept leaves out older revisions that safeport itself keeps for a rollback, which are in nobody's way: a rollback
// stops what has their ports now.
func withoutKept(f verdict.Facts, s *host.Survey) verdict.Facts {
	all := s.OwnContainers()
	f.Uses = slices.DeleteFunc(slices.Clone(f.Uses), func(u facts.PortUse) bool {
		return u.State == facts.Stopped && instance.Kept(u.Owner, all)
	})
	return f
}

// bothProtocols asks about TCP and UDP where the user named neither.
func bothProtocols(given []port.Requirement) []port.Requirement {
	var wants []port.Requirement
	for _, w := range given {
		wants = append(wants, w)
		if !strings.Contains(w.Name, "/") {
			w.Protocol = port.UDP
			wants = append(wants, w)
		}
	}
	for i := range wants {
		wants[i].Name = port.Spell(wants[i])
	}
	return wants
}
