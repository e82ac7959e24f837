package safeport

import (
	"fmt"

	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/message"
)

// lookFrom adds to the host from where it was looked at.
func lookFrom(h *Host, s *host.Survey) {
	v := s.Vantage
	h.Container, h.WSL = message.Clean(v.Container), v.WSL
	switch {
	case v.OwnNetwork && v.Container != "":
		h.Network = "container"
	case v.OwnNetwork:
		h.Network = "namespace"
	}
	switch {
	case v.OwnProcesses && v.Container != "":
		h.Processes = "container"
	case v.OwnProcesses:
		h.Processes = "namespace"
	case v.Hidden && !s.Kernel.MayInspect:
		h.Processes = "own"
	}
}

// standpoint are the findings on from where the host was looked at, where that changes what the answer means. Whoever
// enters a network namespace means that one; whoever runs a container may not know that its ports are not the host's.
func (w *writer) standpoint(s *host.Survey) []Finding {
	var findings []Finding
	add := func(code Code, severity Severity, key message.Key, args message.Args) *Finding {
		findings = append(findings, Finding{Code: code, Severity: severity, Message: w.lang.Text(key, args), Remedies: []Remedy{}})
		return &findings[len(findings)-1]
	}
	if v := s.Vantage; v.Container != "" && v.OwnNetwork {
		f := add(InContainer, Warning, message.InContainer, message.Args{"kind": message.Clean(v.Container)})
		w.remedy(f, message.AskOnHost, nil, w.subject.again("", ""))
	}
	if s.Vantage.WSL == 2 {
		f := add(WindowsPorts, Info, message.WindowsPorts, nil)
		w.remedy(f, message.AskWindows, nil, "netsh.exe interface ipv4 show excludedportrange protocol=tcp")
	}
	return findings
}

// remote says that the engine publishes ports where they were not looked at.
func (w *writer) remote(out *Finding, args message.Args) {
	if !w.subject.apart {
		out.Message = w.lang.Text(message.RemoteEngine, args)
		w.remedy(out, message.AskThere, nil, w.subject.again("", ""))
		return
	}
	out.Message = w.lang.Text(message.EngineApart, args)
	command := w.subject.again("", "")
	if w.subject.enginePID != 0 {
		command = fmt.Sprintf("sudo nsenter --net=/proc/%d/ns/net %s", w.subject.enginePID, command)
	}
	w.remedy(out, message.AskThere, nil, command)
}
