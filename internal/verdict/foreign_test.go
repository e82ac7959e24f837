package verdict

import (
	"testing"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

func TestAnotherUsersEngineDecidesNothing(t *testing.T) {
	foreign := func(c facts.PortUse, pid int) facts.PortUse {
		c.Owner.Foreign, c.Owner.User, c.Owner.PID = true, "somebody", pid
		return c
	}
	as := func(user string, c facts.PortUse) facts.PortUse {
		process := *c.Process
		process.User = user
		c.Process = &process
		return c
	}
	web := container("web", facts.Published, port.AnyV4, 8080)
	proxy := by(socket(facts.Listening, port.AnyV4, 8080), 812, "docker-proxy")
	theirs := by(socket(facts.Listening, port.AnyV4, 8080), 812, "rootlessport")
	nginx := by(socket(facts.Listening, port.AnyV4, 8080), 812, "nginx")
	runAll(t, []row{
		{name: "its word for a port that nothing has", want: "8080", claims: []facts.PortUse{foreign(web, 0)}, answer: Free},
		{name: "and for one to publish", want: "-p 8080:80", claims: []facts.PortUse{foreign(web, 0)}, answer: Free},
		{name: "its helper has the port", want: "8080", refused: errnos(inUse), claims: []facts.PortUse{as("somebody", theirs), foreign(web, 0)},
			answer: Busy, holders: []string{"container web on 8080"}, findings: []string{PortInUse}},
		{name: "it calls root's helper its own", want: "8080", refused: errnos(inUse), claims: []facts.PortUse{as("root", proxy), foreign(web, 0)},
			answer: Busy, holders: []string{"process 812 on 8080"}, findings: []string{PortInUse}},
		{name: "its container on the host's network", want: "8080", refused: errnos(inUse), claims: []facts.PortUse{as("somebody", nginx), foreign(web, 812)},
			answer: Busy, holders: []string{"container web on 8080"}, findings: []string{PortInUse}},
		{name: "one that is a user of the container alone", want: "8080", refused: errnos(inUse), claims: []facts.PortUse{as("100032", nginx), foreign(web, 812)},
			answer: Busy, holders: []string{"container web on 8080"}, findings: []string{PortInUse}},
		{name: "it calls root's process its container", want: "8080", refused: errnos(inUse), claims: []facts.PortUse{as("root", nginx), foreign(web, 812)},
			answer: Busy, holders: []string{"process 812 on 8080"}, findings: []string{PortInUse}},
	})
}
