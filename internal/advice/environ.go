package advice

import (
	"fmt"
	"net/url"

	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/report"
)

// standpoint are the findings on from where the host was looked at, where that changes what the answer means. Whoever
// enters a network namespace means that one; whoever runs a container may not know that its ports are not the host's.
func (w *Builder) standpoint(s *host.Survey) []report.Finding {
	var findings []report.Finding
	add := func(code report.Code, severity report.Severity, key message.Key, args message.Args) *report.Finding {
		findings = append(findings, report.Finding{Code: code, Severity: severity, Message: w.Lang.Text(key, args), Remedies: []report.Remedy{}})
		return &findings[len(findings)-1]
	}
	if v := s.Environ; v.Container != "" && v.OwnNetwork {
		f := add(report.InContainer, report.Warning, message.InContainer, message.Args{"kind": message.Clean(v.Container)})
		w.remedy(f, message.AskOnHost, nil, w.Subject.Again("", ""))
	}
	if s.Environ.WSL == 2 {
		f := add(report.WindowsPorts, report.Info, message.WindowsPorts, nil)
		w.remedy(f, message.AskWindows, nil, "netsh.exe interface ipv4 show excludedportrange protocol=tcp")
	}
	return findings
}

// remote says that the engine publishes ports where they were not looked at.
func (w *Builder) remote(out *report.Finding, args message.Args) {
	if !w.Subject.Apart {
		out.Message = w.Lang.Text(message.RemoteEngine, args)
		// With the engine's URL the same command would come to the same there, which is here as seen from the engine.
		command := w.Subject.Again("--engine", "")
		if to := loginOf(w.Subject.Endpoint); to != "" && command != "" {
			command = "ssh " + message.Operands(to) + " " + message.Quote(command)
		}
		w.remedy(out, message.AskThere, nil, command)
		return
	}
	out.Message = w.Lang.Text(message.EngineApart, args)
	command := w.Subject.Again("", "")
	if w.Subject.EnginePID == 0 {
		command = "" // the same here would come to the same
	} else {
		command = fmt.Sprintf("sudo nsenter --net=/proc/%d/ns/net %s", w.Subject.EnginePID, command)
	}
	w.remedy(out, message.AskThere, nil, command)
}

// loginOf is where one logs in who wants to be on an engine's host: "ann@gpu-01".
func loginOf(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil || u.Hostname() == "" {
		return ""
	}
	if u.Scheme == "ssh" && u.User != nil && u.User.Username() != "" {
		return u.User.Username() + "@" + u.Hostname()
	}
	return u.Hostname()
}
