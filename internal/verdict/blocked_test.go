package verdict

import (
	"testing"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

func TestAFilterKeepsClientsOut(t *testing.T) {
	shut := func(extents ...facts.Extent) func(*Facts) {
		return func(f *Facts) {
			for _, e := range extents {
				f.Probes[0].Blocked = append(f.Probes[0].Blocked, facts.Block{Ports: port.Single(80), Extent: e})
			}
		}
	}
	nginx := by(socket(facts.Listening, port.AnyDual, 80), 812, "nginx")
	runAll(t, []row{
		{name: "all", want: "80", change: shut(facts.All), answer: Free, findings: []string{BlockedOutside + " (warning)"}},
		{name: "all but some", want: "80", change: shut(facts.Most), answer: Free, findings: []string{BlockedOutside + " (warning)"}},
		{name: "some", want: "80", change: shut(facts.Some), answer: Free, findings: []string{BlockedOutside + " (info)"}},
		{name: "some here, all there", want: "80", change: shut(facts.Some, facts.All), answer: Free,
			findings: []string{BlockedOutside + " (warning)"}},
		{name: "of a port that somebody has", want: "80", refused: errnos(inUse), claims: []facts.PortUse{nginx}, change: shut(facts.All),
			answer: Busy, holders: []string{"process 812 on 80"}, findings: []string{PortInUse}},
	})
}
