package safeport

import (
	"fmt"
	"strings"
	"time"

	"safeport/internal/claim"
	"safeport/internal/host"
	"safeport/internal/host/engine"
	"safeport/internal/instance"
	"safeport/internal/message"
)

func hostOf(s *host.Survey) Host {
	h := Host{Name: message.Clean(s.Kernel.Hostname), Kernel: s.Kernel.Release}
	for _, a := range s.Engines {
		if a.State == engine.Answering {
			h.Engine = &Engine{Name: a.Name, Version: message.Clean(a.Version), Endpoint: a.Endpoint, Rootless: a.Rootless}
			break
		}
	}
	return h
}

func sourcesOf(s *host.Survey) []Source {
	list := make([]Source, 0, len(s.Sources))
	for _, source := range s.Sources {
		detail := source.Blind
		if detail != "" {
			detail = "not shown: " + detail
		}
		if source.Err != nil {
			detail = strings.TrimPrefix(detail+"; ", "; ") + source.Err.Error()
		}
		list = append(list, Source{
			Name: source.Name, Status: []string{"ok", "partial", "failed", "skipped"}[source.Status],
			Detail: message.Clean(detail), Took: took(source.Took),
		})
	}
	return list
}

// took writes a duration in milliseconds, "0.3ms", so that a column of them can be compared.
func took(d time.Duration) string {
	return fmt.Sprintf("%.1fms", float64(d)/float64(time.Millisecond))
}

// instance are the findings on which installation is meant, and whether its name can be had.
func (w *writer) instance(q *question, in *instance.Instance, r *Report) []Finding {
	if in == nil {
		return nil
	}
	r.Instance, r.Situation = message.Clean(in.Name), Situation(in.Situation)
	var findings []Finding
	add := func(code Code, severity Severity, key message.Key, args message.Args) *Finding {
		findings = append(findings, Finding{Code: code, Severity: severity, Message: message.Text(key, args), Remedies: []Remedy{}})
		return &findings[len(findings)-1]
	}
	args := message.Args{"service": q.service.Name, "name": r.Instance}
	ask := func(f *Finding, containers []claim.Container) {
		for _, c := range containers {
			name := containerOf(c).Name
			f.add(message.SayWhich, message.Args{"name": name}, "safeport check "+message.Quote(q.service.Name)+" --name "+message.Quote(name))
		}
	}
	switch {
	case len(in.Ambiguous) > 0:
		args["list"] = list(in.Ambiguous)
		ask(add(InstanceAmbiguous, Error, message.Ambiguous, args), in.Ambiguous)
	case len(in.Others) > 0 && q.req.Instance == "":
		args["list"] = list(append(append([]claim.Container{}, in.Containers...), in.Others...))
		ask(add(InstanceAmbiguous, Warning, message.SeveralHere, args), in.Others)
	}
	if c := in.NameTaken; c != nil {
		other := containerOf(*c)
		args["image"], args["state"] = other.Image, other.State
		f := add(NameTaken, Error, message.NameTaken, args)
		f.add(message.OtherName, nil, "safeport check "+message.Quote(q.service.Name)+" --name "+message.Quote(r.Instance+"-2"))
		f.add(message.RenameIt, nil, w.subject.docker+" rename "+message.Quote(other.Name)+" "+message.Quote(other.Name+"-old"))
	}
	return findings
}

// list names containers with what they publish: "gpustack (80, running), koko (8080, exited)".
func list(containers []claim.Container) string {
	var words []string
	for _, c := range containers {
		known := containerOf(c)
		var inside []string
		seen := map[string]bool{}
		for _, p := range c.Published {
			if host := p.Host.String(); p.Host.Len() > 0 && !seen[host] {
				seen[host] = true
				inside = append(inside, host)
			}
		}
		if c.Network == "host" {
			inside = append(inside, "host network")
		}
		words = append(words, fmt.Sprintf("%s (%s)", known.Name, strings.Join(append(inside, known.State), ", ")))
	}
	return strings.Join(words, ", ")
}

// looking are the findings on what could not be looked at.
func (w *writer) looking(q *question, s *host.Survey) []Finding {
	var findings []Finding
	add := func(code Code, key message.Key, args message.Args) *Finding {
		findings = append(findings, Finding{Code: code, Severity: Warning, Message: message.Text(key, args), Remedies: []Remedy{}})
		return &findings[len(findings)-1]
	}
	needsEngine := q.service != nil || len(q.req.Publish) > 0
	subject := "what is to be installed"
	if q.service != nil {
		subject = q.service.Name
	}
	if len(s.Engines) == 0 && needsEngine && q.req.Engine != NoEngine {
		add(EngineUnreachable, message.NoEngine, message.Args{"service": subject}).add(message.InstallEngine, nil, "")
	}
	for i, a := range s.Engines {
		args := message.Args{"endpoint": message.Clean(a.Endpoint)}
		if a.Err != nil {
			args["reason"] = message.Clean(a.Err.Error())
		}
		first := i == 0 && needsEngine
		switch a.State {
		case engine.Absent:
			if first {
				f := add(EngineUnreachable, message.NoEngineAt, args)
				f.add(message.InstallEngine, nil, "")
			}
		case engine.Refused, engine.Failed, engine.Asleep:
			if first {
				w.howToSee(add(EngineUnreachable, message.EngineSilent, args), a)
			}
			w.howToSee(add(SourceFailed, message.EngineUnseen, args), a)
		case engine.Answering:
			if a.Partial != nil {
				args["reason"] = message.Clean(a.Partial.Error())
				add(SourceFailed, message.EnginePartial, args)
			}
		}
	}
	for _, source := range s.Sources {
		if source.Name != "sock_diag" && source.Name != "proc_net" || source.Err == nil {
			continue
		}
		args := message.Args{"reason": message.Clean(source.Err.Error()), "blind": source.Blind}
		if source.Status == host.Failed {
			add(SourceFailed, message.TablesUnseen, args)
		} else {
			add(SourceFailed, message.TablesPartly, args)
		}
	}
	return findings
}

func (w *writer) howToSee(f *Finding, a engine.Answer) {
	switch a.State {
	case engine.Refused:
		f.add(message.JoinGroup, nil, "sudo safeport check "+w.subject.question)
	case engine.Asleep:
		f.add(message.StartEngine, nil, "sudo systemctl start docker.service")
	default:
		f.add(message.TryLater, nil, "docker -H "+message.Quote(a.Endpoint)+" version")
	}
}
