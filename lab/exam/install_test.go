package exam

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	containers "github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/lab"
)

// install is an installation that is more than one container with one published port.
type install struct {
	ask   []string        // what safeport is asked, after "check"
	start []lab.Container // what is then started, as the service's documentation or its Compose file has it
	reach []string        // where it must answer: "{P}" at every address of the host, "192.0.2.1:{P}" at that one
	nets  []lab.Network   // that are made first
}

// in is the installation in networks that the file has made.
func (w want) in(networks ...lab.Network) want {
	i := *w.install
	i.nets, w.install = networks, &i
	return w
}

// asking is a want that is spelled out: the words of the question, and the containers whose ports must then answer.
func asking(words string, start []lab.Container, reach ...string) want {
	return want{mode: service, protocol: "tcp", count: 1, install: &install{ask: strings.Fields(words), start: start, reach: reach}}
}

// tryInstallation starts all containers beside each other and asks them.
func (g *stage) tryInstallation(in install, token string) error {
	if g.own != "" {
		if err := g.setAside(g.own); err != nil {
			return err
		}
	}
	for _, end := range g.aside {
		end()
	}
	ctx, cancel := context.WithCancelCause(g.Context())
	defer cancel(nil)
	for _, n := range in.nets {
		g.engine.MakeNetwork(g, n)
	}
	for _, c := range in.start {
		c = g.expandContainer(c)
		c.Token = token
		id, err := g.engine.Create(ctx, c)
		if err != nil {
			return classify(err)
		}
		defer g.engine.Remove(g.Context(), id)
		if _, err := g.engine.ContainerStart(ctx, id, client.ContainerStartOptions{}); err != nil {
			return classify(err)
		}
		go g.whenOver(ctx, id, cancel)
	}
	for _, at := range g.expandAll(in.reach) {
		if err := g.reachAt(ctx, at, token); err != nil {
			return err
		}
	}
	return context.Cause(ctx)
}

// whenOver ends the wait for an answer when a container has ended: one that binds its ports itself is started whether it
// gets them or not.
func (g *stage) whenOver(ctx context.Context, id string, end context.CancelCauseFunc) {
	wait := g.engine.ContainerWait(ctx, id, client.ContainerWaitOptions{Condition: containers.WaitConditionNotRunning})
	select {
	case <-wait.Result:
		end(&notHadError{"its container has ended"})
	case <-wait.Error:
	}
}

// reachAt asks for the token where it is to be.
func (g *stage) reachAt(ctx context.Context, at, token string) error {
	var all []netip.AddrPort
	if port, err := strconv.Atoi(at); err == nil {
		for _, addr := range g.Addrs() {
			all = append(all, addrPort(addr, port))
		}
	} else {
		all = append(all, netip.MustParseAddrPort(at))
	}
	for _, at := range all {
		got, err := g.Peer.AwaitToken(ctx, "tcp", at)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil:
			return &notHadError{err.Error()}
		case got != token:
			return &notHadError{"somebody else answers at " + at.String()}
		}
	}
	return nil
}

// dir is where the situation's files are.
func (g *stage) dir() string { return g.Path("given", strconv.Itoa(g.port)) }

// file writes a file that the question names as "{dir}/NAME".
func file(name, text string) step {
	return func(g *stage) {
		path := filepath.Join(g.dir(), name)
		err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(g.expand(text)), 0o644))
		if err != nil {
			g.Fatal(err)
		}
	}
}

// variable sets an environment variable of whoever asks.
func variable(key, value string) step {
	return func(g *stage) { g.setenv(key, g.expand(value)) }
}
