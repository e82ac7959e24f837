package ansible

import (
	"context"
	"strings"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/compose"
	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/report"
)

// check asks the host whether a service will get its ports. It changes nothing, in check mode or out of it.
func check(ctx context.Context, t *Task) *Reply {
	p := t.Params
	services, files := parted(p.list("service"))
	req := safeport.Request{
		Compose:  compose.Read,
		Services: services, Files: append(files, p.list("files")...), Profiles: p.list("profiles"), Instance: p.text("instance"),
		Settings: p.pairs("settings"), ConfigFile: p.text("config_file"), Ports: p.list("ports"), Publish: p.list("publish"),
		Engine: p.text("engine"), Ignore: p.list("ignore"), Strict: p.flag("strict"), Spares: p.number("spares", 16),
	}
	if err := p.done(); err != nil {
		return wrong(err)
	}
	if len(req.Services)+len(req.Files)+len(req.Ports)+len(req.Publish) == 0 {
		return wrong(errNothing)
	}
	r, err := safeport.Check(ctx, req)
	if err != nil {
		return wrong(err)
	}
	if t.Host != "" {
		r.Host.Name = t.Host // by which the inventory, and so the reader, knows it
	}
	reply := judged(r, req.Strict)
	reply.Facts = map[string]any{"safeport": facts(r)}
	return reply
}

// parted tells Compose files, which have a slash or an ending, from built-in services.
func parted(names []string) (services, files []string) {
	for _, name := range names {
		if strings.ContainsAny(name, "/.") {
			files = append(files, name)
		} else {
			services = append(services, name)
		}
	}
	return services, files
}

// judged is the reply that a report makes: failed where the command line would not say 0.
func judged(r *report.Report, strict bool) *Reply {
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
