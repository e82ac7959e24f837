package verdict

import (
	"testing"

	"github.com/safeport/safeport/internal/claim"
	"github.com/safeport/safeport/internal/port"
)

func TestAFilterKeepsClientsOut(t *testing.T) {
	shut := func(extents ...claim.Extent) func(*Facts) {
		return func(f *Facts) {
			for _, e := range extents {
				f.Probes[0].Blocked = append(f.Probes[0].Blocked, claim.Block{Ports: port.Single(80), Extent: e})
			}
		}
	}
	nginx := by(socket(claim.Listening, port.AnyDual, 80), 812, "nginx")
	runAll(t, []row{
		{name: "all", want: "80", change: shut(claim.Everybody), answer: Free, findings: []string{BlockedOutside + " (warning)"}},
		{name: "all but some", want: "80", change: shut(claim.Others), answer: Free, findings: []string{BlockedOutside + " (warning)"}},
		{name: "some", want: "80", change: shut(claim.Few), answer: Free, findings: []string{BlockedOutside + " (info)"}},
		{name: "some here, all there", want: "80", change: shut(claim.Few, claim.Everybody), answer: Free,
			findings: []string{BlockedOutside + " (warning)"}},
		{name: "of a port that somebody has", want: "80", refused: errnos(inUse), claims: []claim.Claim{nginx}, change: shut(claim.Everybody),
			answer: Busy, holders: []string{"process 812 on 80"}, findings: []string{PortInUse}},
	})
}
