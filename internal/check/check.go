package check

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/safeport/safeport/internal/advice"
	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/host/engine"
	"github.com/safeport/safeport/internal/instance"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/request"
	"github.com/safeport/safeport/internal/verdict"
	"github.com/safeport/safeport/report"
)

// Check answers a request. The error is a [*request.Error] when the question makes no sense, in which case nothing was
// looked at; what could not be looked at on the host is no error but part of the report.
func Check(ctx context.Context, opts request.Options) (*report.Report, error) {
	opts, err := choosePorts(ctx, opts)
	if err != nil {
		return nil, err
	}
	q, err := request.Parse(opts)
	if err != nil {
		return nil, err
	}
	return Answer(ctx, q)
}

// Answer answers a request that was read and makes sense.
func Answer(ctx context.Context, q *request.Request) (*report.Report, error) {
	if q.Options.NoHost {
		return collisions(q, q.All()), nil
	}
	if wants := colliding(q); wants != nil {
		return collisions(q, wants), nil
	}
	survey := host.Ask(ctx, q.Endpoints, func(c facts.Container) bool { return mayBeOwn(q, c) })
	defer survey.Close()
	return judge(ctx, q, survey)
}

// judge answers a request from a survey that has asked the engines and read the rules, and asks the rest.
func judge(ctx context.Context, q *request.Request, survey *host.Survey) (*report.Report, error) {
	survey.Look(q.LookFor())
	for _, p := range q.Services {
		if err := p.Place(survey.OwnContainers(), survey.Remains.Units, survey.Remains.Files); err != nil {
			return nil, &request.Error{Err: err}
		}
	}
	wants, programs := survey.Place(ctx, q.All())
	as, err := binder(ctx, q.Options.As, survey)
	if err != nil {
		return nil, &request.Error{Err: err}
	}
	survey.Probe(ctx, sharedBy(as, wants))
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("inspecting the host: %w", err)
	}
	said := gather(survey)
	said.Programs = programs
	said.Binder = as
	for _, p := range q.Services {
		p.Instance.Observe(said.Uses)
	}
	said.Owns = func(w port.Requirement, c facts.PortUse) bool {
		p := q.Owner(w)
		return p != nil && p.Instance.Owns(c) || binds(said.Binder, w, c)
	}
	results := verdict.Judge(wants, said)
	findings := verdict.Findings(results, said, survey.Kernel.MayInspect)
	findings = append(findings, clashes(said.AsBound(wants))...)

	r := newReport(q, survey)
	held := describe.Holders(results)
	r.Ports = describe.Ports(results, held, q.Options.Language)
	for i := range r.Ports {
		switch {
		case wants[i].Unbound != 0:
			r.Ports[i].Outside = "blocked"
		case results[i].Answer != verdict.Unknown:
			r.Ports[i].Outside = describe.Outside(survey.Probes[i])
		}
	}
	offer(r.Ports, results, wants, said, survey)
	r.Spares = spares(q, wants, said, survey)
	w := &advice.Builder{Lang: q.Options.Language, Subject: newSubject(q, survey), Ports: r.Ports, Holders: held, Kernel: survey.Kernel, Facts: said, Results: results}
	r.Findings = append(r.Findings, w.Write(findings)...)
	for _, p := range q.Services {
		r.Findings = append(r.Findings, w.Installation(p, len(q.Services) == 1 && p.Name == "")...)
		r.Findings = append(r.Findings, w.Legacy(p)...)
		r.Findings = append(r.Findings, w.Changes(p, r.Ports)...)
		r.Findings = append(r.Findings, w.NotesOf(p, q.Services)...)
		r.Findings = append(r.Findings, w.ComposeFile(p)...)
	}
	r.Findings = append(r.Findings, w.SharedVolumes(q.Services, survey.OwnContainers())...)
	r.Findings = append(r.Findings, w.Looking(q, survey)...)
	r.Findings = append(r.Findings, w.Unlooked(survey, q.Services)...)
	conclude(q, r, wants)
	return r, nil
}

// mayBeOwn picks the containers that have to be inspected to know whether they are the services'.
func mayBeOwn(q *request.Request, c facts.Container) bool {
	return slices.ContainsFunc(q.Services, func(p *request.Service) bool { return instance.MayBe(p.Definition, c) })
}

// gather lays out what the host said for the verdict.
func gather(s *host.Survey) verdict.Facts {
	f := besides(s)
	f.Uses = s.Uses()
	return f
}

// besides is what was found besides the uses of ports.
func besides(s *host.Survey) verdict.Facts {
	f := verdict.Facts{
		Kernel: s.Kernel, Probes: s.Probes, Containers: s.Containers(), Hooks: s.Hooks, Labels: s.Labels, EphemeralUse: s.Crowds,
		Tables: verdict.Tables{Failed: s.TablesFailed(), Partly: s.TablesPartly()},
	}
	if e := s.Publisher(); e != nil {
		f.Engine = verdict.Engine{
			Remote: e.State == engine.Remote || s.Apart(*e), Rootless: e.Rootless || e.Desktop, Privileged: e.Privileged,
			OneAddress: e.Rootless && e.Name == "docker", IPv4Only: e.IPv4Only, ChainsGone: s.ChainsGone(),
			FirstAlone: e.State == engine.Answering && e.Name == "docker" && !e.Since(28, 0), // seen in 20.10
		}
	}
	return f
}

// clashes are the findings on wants that are in each other's way.
func clashes(wants []port.Requirement) []verdict.Finding {
	var findings []verdict.Finding
	for _, pair := range verdict.Duplicates(wants) {
		findings = append(findings, verdict.Finding{Code: verdict.DuplicatePort, Required: pair[1], Other: pair[0]})
	}
	return findings
}

// colliding are the wants, when two that were chosen cannot both be had. Defaults do not count yet: an installation that
// is there may use other ports.
func colliding(q *request.Request) []port.Requirement {
	wants := q.All()
	for _, pair := range verdict.Duplicates(wants) {
		one, other := wants[pair[0]], wants[pair[1]]
		if !one.OnIPv4().Overlaps(other.OnIPv4()) {
			continue // the engine may publish on IPv4 alone
		}
		open := func(w port.Requirement) bool { return w.Origin.Kind == "default" || w.Origin.Kind == "existing" }
		if one.Service != other.Service && other.Setting != "" {
			continue // the host knows of a port that one of them can have
		}
		if !open(one) && !open(other) && !q.Ignores(report.DuplicatePort, &wants[pair[1]]) {
			return wants
		}
	}
	return nil
}

// collisions is the report on a request that contradicts itself: the host was not asked.
func collisions(q *request.Request, wants []port.Requirement) *report.Report {
	survey := &host.Survey{}
	r := newReport(q, survey)
	results := make([]verdict.Result, len(wants))
	for i, w := range wants {
		results[i] = verdict.Result{Required: w, Answer: verdict.Unknown}
	}
	held := describe.Holders(results)
	r.Ports = describe.Ports(results, held, q.Options.Language)
	w := &advice.Builder{Lang: q.Options.Language, Subject: newSubject(q, survey), Ports: r.Ports, Holders: held, Results: results}
	r.Findings = append(r.Findings, w.Write(clashes(wants))...)
	conclude(q, r, wants)
	if r.Verdict != report.Blocked {
		r.Verdict = report.Unknown // the collision is ignored, and the host was not asked for all that
	}
	return r
}

// conclude applies what the user chose to ignore, sorts the findings and draws the sum.
func conclude(q *request.Request, r *report.Report, wants []port.Requirement) {
	names := map[string]*port.Requirement{}
	for i := range wants {
		names[wants[i].Name] = &wants[i]
	}
	var weights []verdict.Finding
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Severity == report.Error && q.Ignores(f.Code, names[f.Port]) {
			f.Severity, f.Ignored = report.Warning, true
		}
		weights = append(weights, verdict.Finding{Code: string(f.Code), Severity: verdict.Severity(slices.Index(advice.Severities, f.Severity))})
	}
	r.Verdict = []report.Verdict{verdict.Clear: report.Clear, verdict.Warned: report.Warned, verdict.Undecided: report.Unknown, verdict.Blocked: report.Blocked}[verdict.Sum(weights)]
	slices.SortStableFunc(r.Findings, func(a, b report.Finding) int {
		return slices.Index(advice.Severities, a.Severity) - slices.Index(advice.Severities, b.Severity)
	})
}

func newReport(q *request.Request, s *host.Survey) *report.Report {
	now := time.Now().UTC().Truncate(time.Second)
	r := &report.Report{
		Schema: report.Schema, Time: &now, Host: describe.HostOf(s), Situation: report.None,
		Ports: []report.Port{}, Findings: []report.Finding{}, Sources: describe.SourcesOf(s),
	}
	if len(q.Services) > 0 {
		r.Service = q.Names(func(p *request.Service) string { return p.Definition.Name })
		r.Instance = q.Names((*request.Service).InstanceName)
		r.Situation = q.Services[0].Situation()
	}
	if len(q.Services) > 1 {
		for _, p := range q.Services {
			r.Services = append(r.Services, report.Installation{Service: p.Definition.Name, Instance: p.InstanceName(), Situation: p.Situation()})
		}
	}
	return r
}

func newSubject(q *request.Request, s *host.Survey) advice.Subject {
	sub := advice.Subject{Again: q.Again, Option: q.Option, Changes: q.Options.Again != nil, MayLeave: q.MayLeave, Docker: "docker", AsRoot: "docker"}
	sub.Next, sub.Check = func(...string) string { return "" }, q.Check
	first := s.Publisher()
	endpoint := ""
	if first != nil {
		endpoint = first.Endpoint
	}
	sub.RootCheck = asRoot(q, endpoint)
	sub.NoSudo = withoutSudo()
	sub.AddressFor, sub.Resolver = s.AddressFor, s.Resolver()
	if first == nil {
		return sub
	}
	sub.Endpoint, sub.Apart, sub.EnginePID = first.Endpoint, s.Apart(*first), first.Elsewhere
	sub.EngineUnit, sub.LiveRestore = s.EngineUnit(), first.LiveRestore
	sub.Docker, sub.AsRoot = q.Endpoints[0].Command(first.Name), q.Endpoints[0].CommandAsRoot(first.Name)
	if first.State == engine.Answering && !sub.Apart {
		sub.Next = q.Next
	}
	sub.Answers = first.State == engine.Answering && first.Name == "docker" && !first.Rootless
	sub.KnowsAll = sub.Answers && first.Partial == nil && !sub.Apart && s.OneDocker()
	return sub
}
