package engine

import (
	"context"
	"errors"
	"io"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/cli/cli/command"
	"github.com/docker/cli/cli/flags"
	"github.com/docker/compose/v5/pkg/api"
	"github.com/docker/compose/v5/pkg/compose"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"github.com/sirupsen/logrus"

	"github.com/safeport/safeport/internal/host/engine"
	"github.com/safeport/safeport/internal/message"
)

// Engine changes containers: by Compose where the order of several services matters, by the engine's own API where one
// container is meant.
type Engine struct {
	Endpoint string
	apart    bool // docker does not find it by itself, as it does by DOCKER_HOST or its context
	Api      client.APIClient
	docker   command.Cli
	Compose  api.Compose

	// As far as it has been asked for containers.
	Podman   bool
	Command  string // how a person speaks to it: "docker", "podman" or "docker -H unix://…"
	Uid, Gid uint32 // as which it runs
}

// Connect finds the engine as a check does, and makes sure that it answers.
func Connect(ctx context.Context, explicit string, lookupEnv func(string) (string, bool)) (*Engine, error) {
	return connect(ctx, explicit, lookupEnv, usual())
}

func connect(ctx context.Context, explicit string, lookupEnv func(string) (string, bool), b bounds) (*Engine, error) {
	endpoints, err := engine.Endpoints(explicit, engine.Environment{LookupEnv: lookupEnv})
	if err != nil {
		return nil, err
	}
	if len(endpoints) == 0 || endpoints[0].Others {
		return nil, message.Errorf("no container engine found: install Docker or Podman, or set one with --engine")
	}
	first := endpoints[0]
	if first.Remote() {
		return nil, message.Errorf("engine %s is on another host: run safeport there", first.URL)
	}
	// Compose logs warnings for people who run it by hand; what matters of them comes back as an error.
	logrus.SetOutput(io.Discard)
	docker, err := command.NewDockerCli(command.WithCombinedStreams(io.Discard), command.WithAPIClientOptions(b.options(first.URL)...))
	if err != nil {
		return nil, err
	}
	if err := docker.Initialize(&flags.ClientOptions{Hosts: []string{first.URL}}); err != nil {
		return nil, message.Errorf("connecting to %s: %w", first.URL, err)
	}
	e := &Engine{Endpoint: first.URL, apart: explicit != "" || !first.Named, Api: punctual{docker.Client(), b.within}, docker: docker}
	ctx, cancel := context.WithTimeout(ctx, EngineTimeout)
	defer cancel()
	if _, err := e.Api.Ping(ctx, client.PingOptions{NegotiateAPIVersion: true}); err != nil {
		return nil, message.Errorf("connecting to the engine at %s: %w", first.URL, err)
	}
	e.Compose, err = compose.NewComposeService(docker, compose.WithPrompt(compose.AlwaysOkPrompt()))
	return e, err
}

// Close lets go of the connection.
func (e *Engine) Close() error { return e.Api.Close() }

// Inspect tells everything of a container; ok is false when it is gone.
func (e *Engine) Inspect(ctx context.Context, id string) (c container.InspectResponse, ok bool, err error) {
	res, err := e.Api.ContainerInspect(ctx, id, client.ContainerInspectOptions{})
	if cerrdefs.IsNotFound(err) {
		return c, false, nil
	}
	if err != nil {
		return c, false, message.Errorf("inspecting container %s: %w", id, err)
	}
	if e.Podman {
		asDocker(&res.Container)
	}
	return res.Container, true, e.byService(ctx, &res.Container)
}

// List are the containers with all of the labels, running or not, that safeport has made. One that was run of an image that somebody made of
// such a container ("docker commit") has its labels, too.
func (e *Engine) List(ctx context.Context, labels ...string) ([]container.Summary, error) {
	res, err := e.Api.ContainerList(ctx, client.ContainerListOptions{
		All: true, Filters: make(client.Filters).Add("label", labels...),
	})
	if err != nil {
		return nil, message.Errorf("listing containers: %w", err)
	}
	var made []container.Summary
	images := map[string]map[string]string{}
	for _, c := range res.Items {
		of, known := images[c.ImageID]
		if !known {
			if of, err = e.imageLabels(ctx, c.ImageID); err != nil {
				return nil, err
			}
			images[c.ImageID] = of
		}
		if !engine.Inherited(c.Labels, of) {
			made = append(made, c)
		}
	}
	return made, nil
}

// imageLabels are those that an image gives its containers; none where the image is gone.
func (e *Engine) imageLabels(ctx context.Context, id string) (map[string]string, error) {
	res, err := e.Api.ImageInspect(ctx, id)
	switch {
	case cerrdefs.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, message.Errorf("inspecting image %s: %w", id, err)
	case res.Config == nil:
		return nil, nil
	}
	return res.Config.Labels, nil
}

// rename gives a container a name, unless it has it.
func (e *Engine) rename(ctx context.Context, id, name string) error {
	c, ok, err := e.Inspect(ctx, id)
	if err != nil || !ok || c.Name == "/"+name {
		return err
	}
	if _, err := e.Api.ContainerRename(ctx, id, client.ContainerRenameOptions{NewName: name}); err != nil {
		return message.Errorf("renaming container %s to %s: %w", c.Name[1:], name, err)
	}
	return nil
}

// setRestart sets a container's restart policy, unless it has it. Never of one that runs: the engine would rewrite all of
// its cgroup's settings, and that takes the GPUs away (NVIDIA/nvidia-container-runtime, pull request 55).
func (e *Engine) setRestart(ctx context.Context, id, policy string, retries int) error {
	c, ok, err := e.Inspect(ctx, id)
	if err != nil || !ok {
		return err
	}
	want := container.RestartPolicy{Name: container.RestartPolicyMode(policy), MaximumRetryCount: retries}
	have := c.HostConfig.RestartPolicy
	if have == want || have.Name == "" && want.Name == container.RestartPolicyDisabled {
		return nil
	}
	if c.State.Running {
		return message.Errorf("container %s is running: its restart policy isn't changed now", c.Name[1:])
	}
	if e.Podman && have.Name != container.RestartPolicyAlways && want.Name != container.RestartPolicyAlways {
		return nil // it cannot be changed, and Podman starts nothing at a boot that has another policy than "always"
	}
	if _, err := e.Api.ContainerUpdate(ctx, id, client.ContainerUpdateOptions{RestartPolicy: &want}); err != nil {
		return message.Errorf("setting the restart policy of container %s: %w", c.Name[1:], err)
	}
	return nil
}

// removeAll removes containers in an order in which the engine lets it: Podman keeps one whose network another one has.
func (e *Engine) removeAll(ctx context.Context, ids []string) error {
	for {
		var failed error
		var left []string
		for _, id := range ids {
			if err := e.remove(ctx, id); err != nil {
				failed, left = errors.Join(failed, err), append(left, id)
			}
		}
		if len(left) == 0 || len(left) == len(ids) {
			return failed
		}
		ids = left
	}
}

// removals are how often an engine is asked to remove a container that it cannot.
const removals = 5

// remove kills and removes a container. Its anonymous volumes stay: they hold data. The engine refuses to remove one that it
// is removing, as it does when who asked for that was killed: then the end of it is waited for. Podman cannot kill one that ends by
// itself just then ("container state improper: stopped"), and can a moment later.
func (e *Engine) remove(ctx context.Context, id string) error {
	began := time.Now()
	for tries := 1; ; tries++ {
		_, err := e.Api.ContainerRemove(ctx, id, client.ContainerRemoveOptions{Force: true})
		if err == nil || cerrdefs.IsNotFound(err) {
			return nil
		}
		c, ok, unknown := e.Inspect(ctx, id)
		switch {
		case unknown == nil && !ok:
			return nil
		case unknown != nil, time.Since(began) > EngineTimeout, c.State.Status != container.StateRemoving && tries == removals:
			return message.Errorf("removing container %s: %w", id, err)
		}
		time.Sleep(AskEvery)
	}
}

const (
	// EngineTimeout is how long an engine may be silent in the middle of a change. A restart of Docker, as an update of its
	// package makes one, takes a few seconds, and more with many containers.
	EngineTimeout = 30 * time.Second
	pingEvery     = time.Second
	// pingWithin bounds one question that every engine answers at once, however busy it is.
	pingWithin = 5 * time.Second
)

const (
	AskEvery = 100 * time.Millisecond
	// interruptions are how many restarts of its engine a wait outlives.
	interruptions = 3
)
