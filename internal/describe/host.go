package describe

import (
	"fmt"
	"strings"
	"time"

	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/host/engine"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/report"
)

func HostOf(s *host.Survey) report.Host {
	h := report.Host{Name: message.Clean(s.Kernel.Hostname), Kernel: s.Kernel.Release}
	for _, a := range s.Engines {
		if a.State == engine.Answering && !a.Others {
			h.Engine = &report.Engine{Name: a.Name, Version: message.Clean(a.Version), Endpoint: a.Endpoint, Rootless: a.Rootless}
			break
		}
	}
	lookFrom(&h, s)
	return h
}

func SourcesOf(s *host.Survey) []report.Source {
	list := make([]report.Source, 0, len(s.Sources))
	for _, source := range s.Sources {
		detail := source.Blind
		if detail != "" {
			detail = "not shown: " + detail
		}
		if source.Err != nil {
			detail = strings.TrimPrefix(detail+"; ", "; ") + strings.ReplaceAll(source.Err.Error(), "\n", "; ")
		}
		list = append(list, report.Source{
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

// lookFrom adds to the host from where it was looked at.
func lookFrom(h *report.Host, s *host.Survey) {
	v := s.Environ
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
