package describe

import (
	"github.com/safeport/safeport/internal/verdict"
	"github.com/safeport/safeport/report"
)

// Ports lays out the results.
func Ports(results []verdict.Result, holders [][]Holder, l report.Language) []report.Port {
	list := make([]report.Port, len(results))
	for i, r := range results {
		w := r.Required
		list[i] = report.Port{
			Name: w.Name, Service: w.Service, About: w.About.In(l), Protocol: w.Protocol.String(), Ports: w.Ports.String(), Mode: w.Mode.String(),
			Origin: originOf(w), Setting: w.Setting, Verdict: answers[r.Answer], Holders: []report.Holder{},
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

var answers = map[verdict.Answer]report.PortVerdict{
	verdict.Free: report.PortFree, verdict.Own: report.PortOwn, verdict.Busy: report.PortBusy, verdict.Redirected: report.PortRedirected,
	verdict.Denied: report.PortDenied, verdict.Unavailable: report.PortUnavailable, verdict.Unknown: report.PortUnknown,
}
