package exam

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/lab"
)

// answer is what somebody says, or the truth, about a want as a whole.
type answer string

const (
	free     answer = "free"
	busy     answer = "busy"
	noAnswer answer = "?"
	depends  answer = "depends" // the truth of a question that has no one answer
)

// truth starts the wanted service and asks it. The reason says why it could not be had.
func (g *stage) truth() (answer, string) {
	g.Helper()
	if g.unanswerable != "" {
		return depends, "on what is meant"
	}
	token := rand.Text()
	var err error
	switch g.want.mode {
	case bound:
		if g.want.unit != "" {
			err = g.tryUnit(token)
		} else {
			err = g.tryProgram(token)
		}
	case published:
		err = g.tryContainer("", "someone/other:1", token)
	case service:
		if g.want.install != nil {
			err = g.tryInstallation(*g.want.install, token)
		} else {
			err = g.tryInstall(token)
		}
	}
	if err == nil {
		return free, ""
	}
	if strings.Contains(err.Error(), "operation not supported") {
		g.Skipf("SKIPPED: this kernel cannot make the situation: %v", err)
	}
	var not *notHadError
	if !errors.As(err, &not) {
		g.Fatalf("finding the truth: %v", err)
	}
	return busy, not.reason
}

// notHadError says that the service cannot be had. All other errors mean that the truth was not found.
type notHadError struct{ reason string }

func (e *notHadError) Error() string { return e.reason }

// refusals are what a kernel or an engine says of a port that cannot be had.
var refusals = []string{
	"bind: address already in use",
	"bind: cannot assign requested address",
	"bind: permission denied",
	"bind: invalid argument", // a link-local address without its device
	"bind: operation not permitted",
	"failed to bind host port",                 // as Docker says it from version 28 on
	"port is already allocated",                // the engine's own table of ports
	"conflicting options",                      // what the engine does not make
	"No chain/target/match",                    // its chains of rules are gone
	"address family not supported by protocol", // a kernel without IPv6
}

func classify(err error) error {
	for _, refusal := range refusals {
		if err != nil && strings.Contains(err.Error(), refusal) {
			return &notHadError{err.Error()}
		}
	}
	return err
}

// portToo has a stand-in say at which of its ports it is asked: packets for one may come to another.
var portToo = []string{"STANDIN_PORT_TOO=1"}

// tryProgram runs a service that binds its ports itself.
func (g *stage) tryProgram(token string) error {
	args := []string{"serve"}
	for _, port := range g.wanted() {
		network := g.want.protocol
		switch {
		case strings.Contains(g.want.addr, ":"):
			network += "6"
		case g.want.addr != "":
			network += "4"
		}
		args = append(args, fmt.Sprintf("%s:%s:%d", network, bracketed(g.want.addr), port))
	}
	user := g.as
	if g.want.user != nil {
		user = *g.want.user
	}
	if g.want.group { // Go's own sockets for such an address are shared, and bound to every address
		args = []string{"hold", "-udp", fmt.Sprintf("%s:%d", g.want.addr, g.port)}
	}
	env := portToo
	if g.want.shared {
		env = []string{"STANDIN_SHARE=1"}
	}
	end, err := g.TryStandin(g, lab.Process{Name: "service", As: user, Cgroup: g.cgroup, Token: token, Args: args, Env: env})
	if err != nil {
		return classify(err)
	}
	defer end()
	if g.want.group {
		return nil
	}
	if g.want.shared {
		return nil // it has the port; who answers is a matter of chance
	}
	return g.reach(token)
}

// tryUnit starts a service of the booted host anew, as a restart of the host would. It says when it stands.
func (g *stage) tryUnit(token string) error {
	unitFile(g.want.unit+".d/truth.conf", "[Service]\nEnvironment=STANDIN_TOKEN="+token+"\n")(g)
	if err := g.machine.Systemctl("restart", g.want.unit); err != nil {
		return &notHadError{err.Error()}
	}
	return g.reach(token)
}

// tryContainer runs a service whose ports the engine publishes.
func (g *stage) tryContainer(name, image, token string) error {
	ctx := g.Context()
	if err := g.engine.Start(ctx); err != nil {
		return err
	}
	c := lab.Container{Name: name, Image: image, Token: token, Publish: []string{g.publication()}}
	if g.want.mode == published {
		c.Env = portToo
		for i := range g.want.count {
			c.Args = append(c.Args, fmt.Sprintf("%s::%d", g.want.protocol, 80+i))
		}
	}
	id, err := g.engine.Create(ctx, c)
	if errdefs.IsConflict(err) {
		return &notHadError{err.Error()}
	}
	if err != nil {
		return err
	}
	defer g.engine.Remove(ctx, id)
	if _, err := g.engine.ContainerStart(ctx, id, client.ContainerStartOptions{}); err != nil {
		return classify(err)
	}
	return g.reach(token)
}

// tryInstall installs the service as its documentation says. An installation that is there is stopped and renamed aside
// first, as an upgrade does.
func (g *stage) tryInstall(token string) error {
	name := g.want.instance
	if name == "" {
		name = "gpustack"
	}
	if g.own != "" {
		if err := g.setAside(g.own); err != nil {
			return err
		}
	}
	return g.tryContainer(name, "gpustack/gpustack:v2.2.3", token)
}

func (g *stage) setAside(own string) error {
	ctx := g.Context()
	is, err := g.engine.ContainerInspect(ctx, own, client.ContainerInspectOptions{})
	if err != nil {
		return err
	}
	id := is.Container.ID
	if is.Container.State.Running {
		if _, err := g.engine.ContainerStop(ctx, id, client.ContainerStopOptions{}); err != nil {
			return err
		}
	}
	_, err = g.engine.ContainerRename(ctx, id, client.ContainerRenameOptions{NewName: own + "-aside"})
	return err
}

// reach asks every wanted port at every address for the token.
func (g *stage) reach(token string) error {
	from, addrs := g.reachedAt()
	err := g.reachFrom(from, addrs, token)
	if err == nil && g.inside && from == &g.Peer {
		return g.reachFrom(&g.Namespace, addrs, token)
	}
	return err
}

func (g *stage) reachFrom(from *lab.Namespace, addrs []netip.Addr, token string) error {
	ask := from.AwaitToken
	if g.want.mode == bound {
		ask = from.Ask // it stands already
	}
	for _, addr := range addrs {
		for i, port := range g.wanted() {
			token := token
			switch g.want.mode {
			case bound:
				if g.want.unit == "" {
					token += fmt.Sprint(":", port)
				}
			case published:
				token += fmt.Sprint(":", 80+i)
			}
			at := addrPort(addr, port)
			got, err := ask(g.Context(), g.want.protocol, at)
			if err != nil {
				return &notHadError{err.Error()}
			}
			if got != token {
				return &notHadError{fmt.Sprintf("somebody else answers at %s", at)}
			}
		}
	}
	return nil
}
