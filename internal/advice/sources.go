package advice

import (
	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/host/engine"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/request"
	"github.com/safeport/safeport/report"
)

// Looking are the findings on what could not be looked at.
func (w *Builder) Looking(q *request.Request, s *host.Survey) []report.Finding {
	var findings []report.Finding
	add := func(code report.Code, key message.Key, args message.Args) *report.Finding {
		findings = append(findings, report.Finding{Code: code, Severity: report.Warning, Message: w.Lang.Text(key, args), Remedies: []report.Remedy{}})
		return &findings[len(findings)-1]
	}
	needsEngine := len(q.Services) > 0 || len(q.Options.Publish) > 0
	subject := q.Names(func(p *request.Service) string { return p.Definition.Name })
	if s.Publisher() == nil && needsEngine && q.Options.Engine != request.NoEngine {
		key, args := message.NoEngine, message.Args{"service": subject}
		if subject == "" {
			key, args = message.NoEngineToPublish, nil
		}
		w.remedy(add(report.EngineUnreachable, key, args), message.InstallEngine, nil, "")
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
				f := add(report.EngineUnreachable, message.NoEngineAt, args)
				w.remedy(f, message.InstallEngine, nil, "")
			}
		case engine.Refused, engine.Failed, engine.Asleep:
			if first {
				f := add(report.EngineUnreachable, message.EngineSilent, args)
				f.Unchecked = w.unchecked(a)
				w.howToSee(f, a)
			}
			f := add(report.SourceFailed, message.EngineUnseen, args)
			if a.Others {
				f.Severity = report.Info // under --strict any user could keep root from an answer
				continue
			}
			f.Unchecked = w.unchecked(a)
			w.howToSee(f, a)
		case engine.Answering:
			if a.Partial != nil {
				args["reason"] = message.Clean(a.Partial.Error())
				if f := add(report.SourceFailed, message.EnginePartial, args); a.Others {
					f.Severity = report.Info
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
			add(report.SourceFailed, message.TablesUnseen, args)
		} else {
			add(report.SourceFailed, message.TablesPartly, args)
		}
	}
	findings = append(findings, w.standpoint(s)...)
	findings = append(findings, w.rulesUnseen(s.RulesUnseen())...)
	return append(findings, w.programs()...)
}

// unchecked names what an engine knows that does not speak to this user.
func (w *Builder) unchecked(a engine.Answer) string {
	if a.State != engine.Refused {
		return ""
	}
	return w.Lang.Sprintf("containers")
}

func (w *Builder) howToSee(f *report.Finding, a engine.Answer) {
	switch a.State {
	case engine.Refused:
		w.remedy(f, message.FullCheck, nil, w.Subject.RootCheck)
	case engine.Asleep:
		w.remedy(f, message.StartEngine, nil, "sudo systemctl start docker.service")
	default:
		w.remedy(f, message.TryLater, nil, "docker -H "+message.Quote(a.Endpoint)+" version")
	}
}
