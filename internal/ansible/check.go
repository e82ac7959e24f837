package ansible

import (
	"context"
	"strings"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/report"
)

// check asks the host whether services will get their ports. It changes nothing, in check mode or out of it.
func (p Program) check(ctx context.Context, t *Task) *Reply {
	questions := t.Params.Questions()
	if len(questions) == 0 {
		reply := p.answer(ctx, t, t.Params)
		if reply.Report != nil {
			reply.Facts = map[string]any{"safeport": facts(reply.Report)}
		}
		return reply
	}
	if err := t.Params.Err(); err != nil {
		return Wrong(err)
	}
	sum := &Reply{Verdict: string(report.Clear)}
	var answers []any
	var lines []string
	for _, q := range questions {
		reply := p.answer(ctx, t, q)
		if reply.Report == nil {
			return reply // one question that makes no sense is a mistake of the playbook, whatever the others say
		}
		lines, answers = append(lines, reply.Msg), append(answers, facts(reply.Report))
		sum.Reports = append(sum.Reports, reply.Report)
		sum.Failed = sum.Failed || reply.Failed
		sum.Warnings = append(sum.Warnings, reply.Warnings...)
		if reply.Report.Verdict.Weight() > report.Verdict(sum.Verdict).Weight() {
			sum.Verdict = reply.Verdict
		}
		if sum.RC != 1 && reply.RC != 0 {
			sum.RC = reply.RC
		}
	}
	sum.Msg = strings.Join(lines, "; ")
	sum.Facts = map[string]any{"safeport": map[string]any{"verdict": sum.Verdict, "answers": answers}}
	return sum
}

// answer is the reply to one question.
func (p Program) answer(ctx context.Context, t *Task, q *Params) *Reply {
	services, files := Parted(q.List("service"))
	req := safeport.Request{
		Compose:  p.Compose,
		Services: services, Files: append(files, q.List("files")...), Profiles: q.List("profiles"), Instance: q.Text("instance"),
		Settings: q.Pairs("settings"), ConfigFile: q.Text("config_file"), Ports: q.List("ports"), Publish: q.List("publish"),
		Engine: q.Text("engine"), Ignore: q.List("ignore"), Strict: q.Flag("strict"), Spares: q.Number("spares", 16),
	}
	warn := q.flagOr("warn", true)
	if err := q.Done(); err != nil {
		return Wrong(err)
	}
	if len(req.Services)+len(req.Files)+len(req.Ports)+len(req.Publish) == 0 {
		return Wrong(errNothing)
	}
	if len(req.Files) > 0 && p.Compose == nil {
		return &Reply{Needs: fullProgram}
	}
	r, err := safeport.Check(ctx, req)
	if err != nil {
		return Wrong(err)
	}
	if t.Host != "" {
		r.Host.Name = t.Host // by which the inventory, and so the reader, knows it
	}
	reply := Judged(r, req.Strict)
	if !warn {
		reply.Warnings = nil
	}
	return reply
}

// Parted tells Compose files, which have a slash or an ending, from built-in services.
func Parted(names []string) (services, files []string) {
	for _, name := range names {
		if strings.ContainsAny(name, "/.") {
			files = append(files, name)
		} else {
			services = append(services, name)
		}
	}
	return services, files
}

// Judged is the reply that a report makes: failed where the command line would not say 0.
func Judged(r *report.Report, strict bool) *Reply {
	verdict := r.Judge(strict)
	reply := &Reply{
		Failed: verdict == report.Blocked || verdict == report.Unknown, Msg: output.InOneLine(r, report.English), Verdict: string(r.Verdict),
		Report: r, RC: map[report.Verdict]int{report.Blocked: 1, report.Unknown: 3}[verdict],
	}
	for _, f := range r.Findings {
		if f.Severity == report.Warning {
			reply.Warnings = append(reply.Warnings, f.Message+" ["+string(f.Code)+"]")
		}
	}
	return reply
}

// facts are what later tasks ask for: how each port fared, by its name.
func facts(r *report.Report) map[string]any {
	ports := map[string]any{}
	for _, p := range r.Ports {
		ports[p.Name] = map[string]any{"ports": p.Ports, "protocol": p.Protocol, "verdict": p.Verdict, "suggestion": p.Suggestion}
	}
	return map[string]any{"verdict": r.Verdict, "service": r.Service, "instance": r.Instance, "situation": r.Situation, "ports": ports}
}
