// Package engine asks container engines what they publish: Docker and Podman, by Docker's API from version 1.40 on. It
// never starts an engine, and never waits for one longer than the deadline.
package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"strings"
	"sync"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
)

// State says how an engine answered.
type State uint8

const (
	Answering State = iota + 1
	Absent          // nothing listens there
	Refused         // this user may not talk to it
	Asleep          // systemd listens for it and would start it; safeport does not
	Failed          // it hung, or broke off, or is too old
	Remote          // it is on another host
)

// Answer is what one engine said.
type Answer struct {
	Endpoint string
	Others   bool // it is another user's: what it holds counts, and it publishes nothing for this one
	State    State
	Err      error // why it is not Answering; nil when Absent or Remote

	Name     string // docker or podman
	Version  string
	Rootless bool // runs as a user, and binds ports with that user's rights
	UID, GID uint32
	// Privileged: a rootless engine that may bind privileged ports all the same.
	Privileged bool
	// Outside: it runs outside of the container that this process is in. Elsewhere is its pid where it is seen to run in
	// another network namespace than this process.
	Outside   bool
	Elsewhere int
	// HelpersHost: its "host" network is that of its helper, as rootlesskit makes one for a rootless Docker.
	HelpersHost bool
	Desktop     bool // Docker Desktop: the engine is in a virtual machine and a helper on the host binds the ports
	// IPv4Only: a port published without an address is bound on IPv4 alone, as Docker does without its userland proxy
	// and Podman as root.
	IPv4Only bool
	// Idle: it has neither a userland proxy nor rules, and sends nothing on to what it publishes.
	Idle bool
	// DefaultIPv6 says of an engine that is IPv4Only whether the network has IPv6 that containers join by default.
	DefaultIPv6 NetworkIPv6
	// NeedsChains: it publishes by rules in chains of its own, and makes no container when they are gone.
	NeedsChains bool
	// PID is the engine's process as it is seen here; 0 where it is not. LiveRestore: its containers run on without it.
	PID         int
	LiveRestore bool
	Containers  []facts.Container
	Services    []facts.Container // of a swarm
	Partial     error             // some containers could not be inspected
}

// Ask asks the engine for its containers. Those that do not run, those on the host's network and those that interesting
// picks are inspected, for what the list does not tell: bindings of stopped ones, restart policies, arguments.
func Ask(ctx context.Context, e Endpoint, interesting func(facts.Container) bool) Answer {
	answer := Answer{Endpoint: e.URL, Others: e.Others}
	if e.Remote() {
		answer.State = Remote
		return answer
	}
	if path, ok := e.socket(); ok && asleep("/sys/fs/cgroup", path) {
		answer.State = Asleep
		answer.Err = errors.New("systemd listens on its socket and the engine itself does not run")
		return answer
	}
	within := boundsOf(e)
	ctx, cancel := context.WithTimeout(ctx, within.time)
	defer cancel()
	said := &meter{bounds: within}
	if err := answer.ask(ctx, e, said, interesting); err != nil {
		answer.State, answer.Err = classify(said.exceeded(err), within)
	} else {
		answer.State = Answering
	}
	return answer
}

func classify(err error, within bounds) (State, error) {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, unix.ECONNREFUSED):
		return Absent, nil
	case errors.Is(err, fs.ErrPermission):
		return Refused, errors.New("permission denied")
	case errors.Is(err, context.DeadlineExceeded):
		return Failed, fmt.Errorf("no answer within %s", within.time)
	}
	var syntax *json.SyntaxError
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &syntax) || errors.As(err, &wrongType) || errors.Is(err, io.ErrUnexpectedEOF) {
		return Failed, fmt.Errorf("it does not answer as an engine does: %w", err)
	}
	// The request's URL only says again where the engine is.
	var request *url.Error
	if errors.As(err, &request) {
		err = request.Err
	}
	return Failed, err
}

// connect makes a client of the engine, whose answers are metered. Nothing is said to it yet.
func connect(e Endpoint, said *meter) (*client.Client, *peer, error) {
	peer := &peer{endpoint: e}
	options := []client.Opt{
		client.WithHost(e.URL), client.WithUserAgent("safeport"),
		client.WithHTTPHeaders(map[string]string{"Accept-Encoding": "identity"}),
	}
	dial := (&net.Dialer{}).DialContext
	if path, ok := e.socket(); ok {
		dial = func(ctx context.Context, _, _ string) (net.Conn, error) { return peer.dial(ctx, path) }
	} else {
		options = append(options, client.WithTLSClientConfigFromEnv())
	}
	options = append(options, client.WithDialContext(func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return metered{conn, said}, nil
	}))
	api, err := client.New(options...)
	return api, peer, err
}

func (a *Answer) ask(ctx context.Context, e Endpoint, said *meter, interesting func(facts.Container) bool) error {
	api, peer, err := connect(e, said)
	if err != nil {
		return err
	}
	defer api.Close()
	// The first question settles the API's version; the others then go out side by side.
	ping, err := api.Ping(ctx, client.PingOptions{NegotiateAPIVersion: true})
	if err != nil {
		return peer.explain(err)
	}
	var version client.ServerVersionResult
	questions, gctx := errgroup.WithContext(ctx)
	questions.Go(func() (err error) {
		version, err = api.ServerVersion(gctx, client.ServerVersionOptions{})
		return err
	})
	questions.Go(func() error {
		a.services(gctx, api, ping.SwarmStatus)
		return nil
	})
	questions.Go(func() error { return a.list(gctx, api, said, peer.daemon(), interesting) })
	if err := questions.Wait(); err != nil {
		return err
	}
	a.identify(version, peer)
	if a.IPv4Only {
		a.DefaultIPv6 = defaultIPv6(ctx, api, a.Name)
	}
	for _, list := range [][]facts.Container{a.Containers, a.Services} {
		for i := range list {
			list[i].Engine, list[i].Endpoint, list[i].Foreign = a.Name, a.Endpoint, a.Others
		}
	}
	return nil
}

func (a *Answer) identify(version client.ServerVersionResult, p *peer) {
	a.Name, a.Version = "docker", version.Version
	for _, part := range version.Components {
		if strings.Contains(part.Name, "Podman") {
			a.Name = "podman"
		}
	}
	a.Rootless, a.UID, a.GID = p.known && p.uid != 0, p.uid, p.gid
	a.Desktop = strings.Contains(version.Platform.Name, "Desktop") || strings.Contains(a.Endpoint, "/.docker/desktop/")
	// A process that has no number in this pid namespace.
	a.Outside = p.known && p.pid == 0 && !sameNetwork("/proc", strings.TrimPrefix(a.Endpoint, "unix://"))
	if p.known && p.pid != 0 && elsewhere("/proc", p.pid) {
		a.Elsewhere = p.pid
	}
	a.HelpersHost = a.Name == "docker" && a.Rootless && !sharesNetwork("/proc", p.pid)
	a.Privileged = a.Desktop || p.known && mayBindPrivileged("/proc", p.pid)
	d := p.daemon()
	a.PID, a.LiveRestore = d.pid, d.LiveRestore
	a.NeedsChains = a.Name == "docker" && !a.Rootless && d.seen && d.IPTables
	a.Idle = a.Name == "docker" && !a.Rootless && d.seen && !d.IPTables && !d.UserlandProxy
	a.IPv4Only = a.Name == "podman" && !a.Rootless || a.Name == "docker" && p.known && !d.UserlandProxy
}

// toldByList says whether the list told all that matters of a container that is nobody's in particular. Podman's list tells
// no network, and of a range of published ports the first alone (seen in 4.3).
func toldByList(c facts.Container) bool {
	return c.State == string(container.StateRunning) && c.Network != "host" && c.Network != ""
}

// toldByFile says whether the daemon's own file told what the list does not of a container that does not run.
func toldByFile(c *facts.Container, files containerFiles) bool {
	if c.State != string(container.StateCreated) && c.State != string(container.StateExited) {
		return false
	}
	k, err := files.kept(c.ID)
	if err != nil {
		return false
	}
	if len(k.PortBindings) > 0 {
		addConfig(c, k)
	}
	return true
}

func (a *Answer) list(ctx context.Context, api *client.Client, said *meter, daemon dockerd, interesting func(facts.Container) bool) error {
	list, err := api.ContainerList(ctx, client.ContainerListOptions{All: true})
	if err != nil {
		return err
	}
	if len(list.Items) > said.containers {
		return fmt.Errorf("it has %d containers", len(list.Items))
	}
	a.Containers = make([]facts.Container, len(list.Items))
	files := daemon.files()
	defer files.close()
	var mu sync.Mutex
	inspections, ctx := errgroup.WithContext(ctx)
	inspections.SetLimit(8)
	for i, item := range list.Items {
		a.Containers[i] = fromSummary(item)
		mine := interesting(a.Containers[i])
		if !mine && toldByList(a.Containers[i]) {
			continue
		}
		inspections.Go(func() error {
			if hasOurs(a.Containers[i]) {
				withoutOurs(ctx, api, &a.Containers[i], item.ImageID)
			}
			if !mine && toldByFile(&a.Containers[i], files) {
				return nil
			}
			details, err := api.ContainerInspect(ctx, item.ID, client.ContainerInspectOptions{})
			if err != nil {
				// A container that is gone meanwhile has nothing.
				if !isNotFound(err) {
					mu.Lock()
					a.Partial = errors.Join(a.Partial, fmt.Errorf("inspecting container %s: %w", a.Containers[i].Name, err))
					mu.Unlock()
				}
				return nil
			}
			addDetails(&a.Containers[i], details.Container)
			return nil
		})
	}
	return inspections.Wait()
}
