package safeport

import (
	"fmt"
	"strings"
	"time"

	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/host/engine"
	"github.com/safeport/safeport/internal/message"
)

func hostOf(s *host.Survey) Host {
	h := Host{Name: message.Clean(s.Kernel.Hostname), Kernel: s.Kernel.Release}
	for _, a := range s.Engines {
		if a.State == engine.Answering && !a.Others {
			h.Engine = &Engine{Name: a.Name, Version: message.Clean(a.Version), Endpoint: a.Endpoint, Rootless: a.Rootless}
			break
		}
	}
	lookFrom(&h, s)
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
			detail = strings.TrimPrefix(detail+"; ", "; ") + strings.ReplaceAll(source.Err.Error(), "\n", "; ")
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

// looking are the findings on what could not be looked at.
func (w *writer) looking(q *question, s *host.Survey) []Finding {
	var findings []Finding
	add := func(code Code, key message.Key, args message.Args) *Finding {
		findings = append(findings, Finding{Code: code, Severity: Warning, Message: w.lang.Text(key, args), Remedies: []Remedy{}})
		return &findings[len(findings)-1]
	}
	needsEngine := len(q.parties) > 0 || len(q.req.Publish) > 0
	subject := q.names(func(p *party) string { return p.def.Name })
	if subject == "" {
		subject = "what is to be published"
	}
	if s.Publisher() == nil && needsEngine && q.req.Engine != NoEngine {
		w.remedy(add(EngineUnreachable, message.NoEngine, message.Args{"service": subject}), message.InstallEngine, nil, "")
	}
	for i, a := range s.Engines {
		args := message.Args{"endpoint": message.Clean(a.Endpoint)}
		if a.Err != nil {
			args["reason"] = message.Clean(a.Err.Error())
		}
		first := i == 0 && needsEngine && !a.Others
		switch a.State {
		case engine.Absent:
			if first {
				f := add(EngineUnreachable, message.NoEngineAt, args)
				w.remedy(f, message.InstallEngine, nil, "")
			}
		case engine.Refused, engine.Failed, engine.Asleep:
			if first {
				w.howToSee(add(EngineUnreachable, message.EngineSilent, args), a)
			}
			f := add(SourceFailed, message.EngineUnseen, args)
			if a.Others {
				f.Severity = Info // under --strict any user could keep root from an answer
				continue
			}
			w.howToSee(f, a)
		case engine.Answering:
			if a.Partial != nil {
				args["reason"] = message.Clean(a.Partial.Error())
				if f := add(SourceFailed, message.EnginePartial, args); a.Others {
					f.Severity = Info
				}
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
	findings = append(findings, w.standpoint(s)...)
	findings = append(findings, w.rulesUnseen(s.RulesUnseen())...)
	return append(findings, w.programs()...)
}

func (w *writer) howToSee(f *Finding, a engine.Answer) {
	switch a.State {
	case engine.Refused:
		w.remedy(f, message.JoinGroup, nil, w.subject.rootCheck)
	case engine.Asleep:
		w.remedy(f, message.StartEngine, nil, "sudo systemctl start docker.service")
	default:
		w.remedy(f, message.TryLater, nil, "docker -H "+message.Quote(a.Endpoint)+" version")
	}
}
