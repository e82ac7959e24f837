package verdict

import (
	"testing"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// serving is a helper's socket with what its process says of the container that it works for.
func serving(c facts.PortUse, id, name string) facts.PortUse {
	c.Serves = facts.Container{ID: id, Name: name, State: "running"}
	return c
}

func TestAHelpersWordCountsWhereNoEngineKnowsBetter(t *testing.T) {
	conmon := by(socket(facts.Listening, port.AnyV4, 8080), 812, "conmon")
	roots := func(c facts.PortUse) facts.PortUse {
		process := *c.Process
		process.User = "root"
		c.Process = &process
		return c
	}
	stopped := container("shop", facts.Stopped, port.AnyV4, 8080)
	stopped.Owner.ID = "stopped"
	ours := container("gpustack", facts.Published, port.AnyV4, 9000)
	ours.Owner.ID = "ours"
	runAll(t, []row{
		{name: "it says nothing", want: "8080", refused: errnos(inUse), claims: []facts.PortUse{conmon},
			answer: Busy, holders: []string{"process 812 on 8080"}, findings: []string{PortInUse}},
		{name: "no engine knows the container", want: "8080", refused: errnos(inUse), claims: []facts.PortUse{serving(conmon, "one", "web")},
			answer: Busy, holders: []string{"container web on 8080"}, findings: []string{PortInUse}},
		{name: "an engine knows another container on the port", want: "8080", refused: errnos(inUse),
			claims: []facts.PortUse{serving(conmon, "one", "web"), container("shop", facts.Published, port.AnyV4, 8080)},
			answer: Busy, holders: []string{"container shop on 8080"}, findings: []string{PortInUse}},
		{name: "an engine called the container stopped, and knows the port", want: "8080", refused: errnos(inUse),
			claims: []facts.PortUse{serving(roots(conmon), "stopped", "shop"), stopped}, answer: Busy, holders: []string{"container shop on 8080"}, findings: []string{PortInUse}},
		{name: "another user says so", want: "8080", refused: errnos(inUse),
			claims: []facts.PortUse{serving(conmon, "stopped", "shop"), stopped}, answer: Busy, holders: []string{"process 812 on 8080"}, findings: []string{PortInUse}},
		// Otherwise a program that is called conmon could pass for the installation itself.
		{name: "an engine knows the container, on another port", want: "8080", refused: errnos(inUse),
			claims: []facts.PortUse{serving(conmon, "ours", "gpustack"), ours},
			change: func(f *Facts) {
				f.Owns = func(_ port.Requirement, c facts.PortUse) bool { return c.Owner.ID == "ours" }
			},
			answer: Busy, holders: []string{"process 812 on 8080"}, findings: []string{PortInUse}},
	})
}

func TestARootlessDockerPublishesAPortOnOneAddressAlone(t *testing.T) {
	oneAddress := func(f *Facts) { f.Engine.Rootless, f.Engine.OneAddress = true, true }
	local := container("web", facts.Published, addr("127.0.0.1"), 8080)
	local.Owner.User = "somebody"
	roots := container("web", facts.Published, addr("127.0.0.1"), 8080)
	runAll(t, []row{
		{name: "publish on another address", want: "-p 192.0.2.1:8080:80", claims: []facts.PortUse{local}, change: oneAddress,
			answer: Busy, holders: []string{"container web on 8080"}, findings: []string{PortInUse}},
		{name: "publish on another family", want: "-p [::1]:8080:80", claims: []facts.PortUse{local}, change: oneAddress, answer: Free},
		{name: "bind on another address", want: "192.0.2.1:8080", claims: []facts.PortUse{local}, change: oneAddress, answer: Free},
		{name: "a container of root's engine", want: "-p 192.0.2.1:8080:80", claims: []facts.PortUse{roots}, change: oneAddress, answer: Free},
		{name: "an engine of root", want: "-p 192.0.2.1:8080:80", claims: []facts.PortUse{local}, answer: Free},
	})
}
