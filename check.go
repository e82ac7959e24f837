package safeport

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/safeport/safeport/internal/claim"
	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/host/engine"
	"github.com/safeport/safeport/internal/instance"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/verdict"
)

// runCheck answers a request. The error is a [*request.Error] when the question makes no sense, in which case nothing was
// looked at; what could not be looked at on the host is no error but part of the report.
func runCheck(ctx context.Context, opts Options) (*Report, error) {
	q, err := read(opts)
	if err != nil {
		return nil, err
	}
	if wants := q.colliding(); wants != nil {
		return collisions(q, wants), nil
	}
	survey := host.Ask(ctx, q.endpoints, func(c claim.Container) bool { return mayBeOwn(q, c) })
	defer survey.Close()
	survey.Look(q.lookFor())
	for _, p := range q.parties {
		if err := p.place(survey.OwnContainers(), survey.Remains.Units, survey.Remains.Files); err != nil {
			return nil, &RequestError{err}
		}
	}
	wants, programs := survey.Place(ctx, q.all())
	survey.Probe(ctx, wants)
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("looking at the host: %w", err)
	}
	facts := gather(survey)
	facts.Programs = programs
	if facts.Binder, err = binder(ctx, q.req.As, survey); err != nil {
		return nil, &RequestError{err}
	}
	for _, p := range q.parties {
		p.instance.Observe(facts.Claims)
	}
	facts.Owns = func(w port.Want, c claim.Claim) bool {
		p := q.owner(w)
		return p != nil && p.instance.Owns(c) || binds(facts.Binder, w, c)
	}
	results := verdict.Judge(wants, facts)
	findings := verdict.Findings(results, facts, survey.Kernel.MayInspect)
	findings = append(findings, clashes(wants)...)

	r := newReport(q, survey)
	held := holdersOfAll(results)
	r.Ports = ports(results, held, q.req.Language)
	for i := range r.Ports {
		switch {
		case wants[i].Unbound != 0:
			r.Ports[i].Outside = "blocked"
		case results[i].Answer != verdict.Unknown:
			r.Ports[i].Outside = outside(survey.Probes[i])
		}
	}
	offer(r.Ports, results, wants, facts, survey)
	r.Spares = spares(q, wants, facts, survey)
	w := &writer{lang: q.req.Language, subject: newSubject(q, survey), ports: r.Ports, holders: held, kernel: survey.Kernel, facts: facts, results: results}
	r.Findings = append(r.Findings, w.write(findings)...)
	for _, p := range q.parties {
		r.Findings = append(r.Findings, w.installation(p, len(q.parties) == 1 && p.name == "")...)
		r.Findings = append(r.Findings, w.legacy(p)...)
		r.Findings = append(r.Findings, w.changes(p, r.Ports)...)
		r.Findings = append(r.Findings, w.notesOf(p, q.parties)...)
		r.Findings = append(r.Findings, w.composeFile(p)...)
	}
	r.Findings = append(r.Findings, w.sharedVolumes(q.parties, survey.OwnContainers())...)
	r.Findings = append(r.Findings, w.looking(q, survey)...)
	r.Findings = append(r.Findings, w.unlooked(survey, q.parties)...)
	conclude(q, r, wants)
	return r, nil
}

// mayBeOwn picks the containers that have to be inspected to know whether they are the services'.
func mayBeOwn(q *question, c claim.Container) bool {
	return slices.ContainsFunc(q.parties, func(p *party) bool { return instance.MayBe(p.def, c) })
}

// gather lays out what the host said for the verdict.
func gather(s *host.Survey) verdict.Facts {
	f := verdict.Facts{
		Kernel: s.Kernel, Probes: s.Probes, Claims: s.Claims(), Containers: s.Containers(), Hooks: s.Hooks, Labels: s.Labels, Crowds: s.Crowds,
		Tables: verdict.Tables{Failed: s.TablesFailed(), Partly: s.TablesPartly()},
	}
	if e := s.Publisher(); e != nil {
		f.Engine = verdict.Engine{
			Remote: e.State == engine.Remote || s.Apart(*e), Rootless: e.Rootless || e.Desktop, Privileged: e.Privileged,
			OneAddress: e.Rootless && e.Name == "docker", IPv4Only: e.IPv4Only,
		}
	}
	return f
}

// ports lays out the results.
func ports(results []verdict.Result, holders [][]described, l Language) []Port {
	list := make([]Port, len(results))
	for i, r := range results {
		w := r.Want
		list[i] = Port{
			Name: w.Name, Service: w.Service, About: w.About.In(l), Protocol: w.Protocol.String(), Ports: w.Ports.String(), Mode: w.Mode.String(),
			Origin: originOf(w), Setting: w.Setting, Verdict: answers[r.Answer], Holders: []Holder{},
		}
		for _, h := range holders[i] {
			list[i].Holders = append(list[i].Holders, h.Holder)
		}
		if w.Addr.IsValid() {
			list[i].Address = w.Addr.String()
		}
	}
	return list
}

var answers = map[verdict.Answer]PortVerdict{
	verdict.Free: PortFree, verdict.Own: PortOwn, verdict.Busy: PortBusy, verdict.Redirected: PortRedirected,
	verdict.Denied: PortDenied, verdict.Unavailable: PortUnavailable, verdict.Unknown: PortUnknown,
}

// clashes are the findings on wants that are in each other's way.
func clashes(wants []port.Want) []verdict.Finding {
	var findings []verdict.Finding
	for _, pair := range verdict.Duplicates(wants) {
		findings = append(findings, verdict.Finding{Code: verdict.DuplicatePort, Want: pair[1], Other: pair[0]})
	}
	return findings
}

// collisions is the report on a request that contradicts itself: the host was not asked.
func collisions(q *question, wants []port.Want) *Report {
	survey := &host.Survey{}
	r := newReport(q, survey)
	results := make([]verdict.Result, len(wants))
	for i, w := range wants {
		results[i] = verdict.Result{Want: w, Answer: verdict.Unknown}
	}
	held := holdersOfAll(results)
	r.Ports = ports(results, held, q.req.Language)
	w := &writer{lang: q.req.Language, subject: newSubject(q, survey), ports: r.Ports, holders: held, results: results}
	r.Findings = append(r.Findings, w.write(clashes(wants))...)
	conclude(q, r, wants)
	if r.Verdict != Blocked {
		r.Verdict = Unknown // the collision is ignored, and the host was not asked for all that
	}
	return r
}

// conclude applies what the user chose to ignore, sorts the findings and draws the sum.
func conclude(q *question, r *Report, wants []port.Want) {
	names := map[string]*port.Want{}
	for i := range wants {
		names[wants[i].Name] = &wants[i]
	}
	var weights []verdict.Finding
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Severity == Error && q.ignores(f.Code, names[f.Port]) {
			f.Severity, f.Ignored = Warning, true
		}
		weights = append(weights, verdict.Finding{Code: string(f.Code), Severity: verdict.Severity(slices.Index(severities, f.Severity))})
	}
	r.Verdict = []Verdict{verdict.Clear: Clear, verdict.Warned: Warned, verdict.Undecided: Unknown, verdict.Blocked: Blocked}[verdict.Sum(weights)]
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return slices.Index(severities, a.Severity) - slices.Index(severities, b.Severity)
	})
}

func newReport(q *question, s *host.Survey) *Report {
	now := time.Now().UTC().Truncate(time.Second)
	r := &Report{
		Schema: Schema, Time: &now, Host: hostOf(s), Situation: None,
		Ports: []Port{}, Findings: []Finding{}, Sources: sourcesOf(s),
	}
	if len(q.parties) > 0 {
		r.Service = q.names(func(p *party) string { return p.def.Name })
		r.Instance = q.names((*party).instanceName)
		r.Situation = q.parties[0].situation()
	}
	if len(q.parties) > 1 {
		for _, p := range q.parties {
			r.Services = append(r.Services, Installation{Service: p.def.Name, Instance: p.instanceName(), Situation: p.situation()})
		}
	}
	return r
}

func newSubject(q *question, s *host.Survey) subject {
	sub := subject{again: q.again, changes: q.req.Again != nil, mayLeave: q.mayLeave, docker: "docker", asRoot: "docker"}
	first := s.Publisher()
	endpoint := ""
	if first != nil {
		endpoint = first.Endpoint
	}
	sub.rootCheck = q.asRoot(endpoint)
	sub.addressFor, sub.resolver = s.AddressFor, s.Resolver()
	if first == nil {
		return sub
	}
	sub.endpoint, sub.apart, sub.enginePID = first.Endpoint, s.Apart(*first), first.Elsewhere
	sub.docker, sub.asRoot = q.endpoints[0].Command(first.Name), q.endpoints[0].CommandAsRoot(first.Name)
	sub.answers = first.State == engine.Answering && first.Name == "docker" && !first.Rootless
	sub.knowsAll = sub.answers && first.Partial == nil && !sub.apart && s.OneDocker()
	return sub
}
