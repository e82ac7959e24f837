package engine

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/docker/compose/v5/pkg/api"
	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"
	"github.com/moby/moby/api/types/container"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/engine"
	"github.com/safeport/safeport/internal/instance"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/internal/service"
)

// Serving is a container of an instance that is there, whoever started it.
type Serving struct {
	Service string // of its Compose project; empty for one that was started by hand
	Claim   facts.Container
	Inspect container.InspectResponse
	Image   dockerspec.DockerOCIImageConfig // what the image gives by itself

	Defaults Defaults // what its engine gives by itself
	Project  string   // that "docker compose up" made it for, from the very files that define the service; else empty
}

// ServiceOf is the service of a project whose place a container has. One that was started by hand answers.
func (s Serving) ServiceOf(main string) string { return cmp.Or(s.Service, main) }

// Find looks for the instance on the host.
func (e *Engine) Find(ctx context.Context, d *service.Definition, name string) (instance.Instance, error) {
	mayBe := func(c facts.Container) bool { return instance.MayBe(d, c) }
	for began := time.Now(); ; {
		answer := engine.Ask(ctx, engine.Endpoint{URL: e.Endpoint, Named: true}, mayBe)
		if answer.State == engine.Answering {
			e.Command = engine.Endpoint{URL: e.Endpoint, Named: e.apart}.Command(answer.Name)
			e.Podman, e.Uid, e.Gid = answer.Name == "podman", answer.UID, answer.GID
			return instance.Find(d, name, answer.Containers), nil
		}
		// A check gives up soon. An engine that is busy, as Podman is when many ask it, is worth waiting for here.
		if time.Since(began) > EngineTimeout || e.ping(ctx) != nil {
			return instance.Instance{}, message.Errorf("connecting to the engine at %s: %w", e.Endpoint, answer.Err)
		}
	}
}

// Serving reads the containers; project is the Compose project that the files of a user make.
func (e *Engine) Serving(ctx context.Context, r *journal.Release, found []facts.Container, project string) ([]Serving, error) {
	if len(found) == 0 {
		return nil, nil
	}
	given, err := e.defaults(ctx)
	if err != nil {
		return nil, err
	}
	var list []Serving
	for _, c := range found {
		if r != nil && !slices.ContainsFunc(r.Containers, func(o journal.Container) bool { return o.ID == c.ID }) {
			continue
		}
		details, ok, err := e.Inspect(ctx, c.ID)
		if err != nil || !ok {
			return nil, cmp.Or(err, message.Errorf("container %s is gone", c.Name))
		}
		c.Published = configured(details.HostConfig)
		s := Serving{Claim: c, Inspect: details, Defaults: given}
		if c.Labels[instance.LabelService] != "" {
			s.Service = c.Labels[api.ServiceLabel]
		} else if project != "" && c.Project == project {
			s.Service, s.Project = c.Labels[api.ServiceLabel], project
		}
		if s.Image, err = e.ImageConfig(ctx, details); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

// ImageConfig is what a container's image gives by itself.
func (e *Engine) ImageConfig(ctx context.Context, c container.InspectResponse) (config dockerspec.DockerOCIImageConfig, err error) {
	image, err := e.Api.ImageInspect(ctx, c.Image)
	if err != nil {
		return config, message.Errorf("inspecting the image of container %s: %w", strings.TrimPrefix(c.Name, "/"), err)
	}
	if image.Config != nil {
		config = *image.Config
	}
	return config, nil
}

// configured are the ports as somebody asked for them. What a running container shows is what the engine made of that:
// for a port on every address, one on 0.0.0.0 and another on [::].
func configured(h *container.HostConfig) (list []facts.Publication) {
	for to, bindings := range h.PortBindings {
		protocol, err := port.ParseProtocol(string(to.Proto()))
		if err != nil {
			continue
		}
		for _, b := range bindings {
			p := facts.Publication{Protocol: protocol, Addr: b.HostIP, Container: to.Num()}
			p.Host, _ = port.ParseRange(b.HostPort) // none: the engine picks one, which is refused elsewhere
			list = append(list, p)
		}
	}
	slices.SortStableFunc(list, func(a, b facts.Publication) int { return cmp.Compare(a.Container, b.Container) })
	return list
}
