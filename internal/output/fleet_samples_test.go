package output

import (
	"fmt"
	"time"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/report"
)

// fleet is forty hosts: three have nginx on port 80, one could not tell, one did not report, many lack an engine.
func fleet() *report.Fleet {
	reports := func(yield func(*report.Report, error) bool) {
		for i := 1; i < 40; i++ {
			var r *report.Report
			asked := time.Date(2026, 11, 22, 20, i, 0, 0, time.UTC)
			switch {
			case i == 7 || i == 12 || i == 31:
				r = nginxOn80()
			case i == 20:
				r = undetermined()
			default:
				r = gpustack(report.Clear, report.Fresh, []report.Port{webPort(report.PortFree)})
			}
			if i%3 == 0 {
				r.Findings = append(r.Findings, find(report.EngineUnreachable, report.Warning, "", "Docker or Podman not found"))
				if r.Verdict == report.Clear {
					r.Verdict = report.Warned
				}
			}
			r.Host.Name, r.Time = fmt.Sprintf("gpu-%02d", i), &asked
			if r.Verdict != report.Unknown {
				r.Spares = []report.Spare{{Port: "web", Tried: []string{"8080-8095"}, Free: []string{"8082-8095"}}}
			}
			if !yield(r, nil) {
				return
			}
		}
		yield(nil, fmt.Errorf("gpu-41.json line 1: incomplete report: unexpected end of JSON input"))
	}
	return safeport.Merge(reports, safeport.MergeOptions{Expect: []string{"gpu-07", "gpu-40"}})
}
