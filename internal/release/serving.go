package release

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/docker/compose/v5/pkg/api"
	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"
	"github.com/moby/moby/api/types/container"

	"safeport/internal/claim"
	"safeport/internal/host/engine"
	"safeport/internal/instance"
	"safeport/internal/message"
	"safeport/internal/port"
	"safeport/internal/service"
)

// Serving is a container of an instance that is there, whoever started it.
type Serving struct {
	Service string // of the project of its release; empty for one that safeport did not make
	Claim   claim.Container
	Inspect container.InspectResponse
	Image   dockerspec.DockerOCIImageConfig // what the image gives by itself

	defaults defaults // what its engine gives by itself
}

// Find looks for the instance on the host.
func (e *Engine) Find(ctx context.Context, d *service.Definition, name string) (instance.Instance, error) {
	mayBe := func(c claim.Container) bool { return instance.MayBe(d, c) }
	for began := time.Now(); ; {
		answer := engine.Ask(ctx, engine.Endpoint{URL: e.Endpoint, Named: true}, mayBe)
		if answer.State == engine.Answering {
			e.command = engine.Endpoint{URL: e.Endpoint, Named: e.apart}.Command(answer.Name)
			e.podman, e.uid, e.gid = answer.Name == "podman", answer.UID, answer.GID
			return instance.Find(d, name, answer.Containers), nil
		}
		// A check gives up soon. An engine that is busy, as Podman is when many ask it, is worth waiting for here.
		if time.Since(began) > patience || e.ping(ctx) != nil {
			return instance.Instance{}, message.Errorf("asking the engine at %s: %w", e.Endpoint, answer.Err)
		}
	}
}

// Serving are those of the containers that are of the release, or all without one, as the engine tells them now.
func (e *Engine) Serving(ctx context.Context, r *Release, found []claim.Container) ([]Serving, error) {
	if len(found) == 0 {
		return nil, nil
	}
	given, err := e.defaults(ctx)
	if err != nil {
		return nil, err
	}
	var list []Serving
	for _, c := range found {
		if r != nil && !slices.ContainsFunc(r.Containers, func(o Container) bool { return o.ID == c.ID }) {
			continue
		}
		details, ok, err := e.inspect(ctx, c.ID)
		if err != nil || !ok {
			return nil, cmp.Or(err, message.Errorf("container %s is gone", c.Name))
		}
		c.Published = configured(details.HostConfig)
		s := Serving{Claim: c, Inspect: details, defaults: given}
		if c.Labels[instance.LabelService] != "" {
			s.Service = c.Labels[api.ServiceLabel]
		}
		if s.Image, err = e.imageConfig(ctx, details); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

// imageConfig is what a container's image gives by itself.
func (e *Engine) imageConfig(ctx context.Context, c container.InspectResponse) (config dockerspec.DockerOCIImageConfig, err error) {
	image, err := e.api.ImageInspect(ctx, c.Image)
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
func configured(h *container.HostConfig) (list []claim.Publication) {
	for to, bindings := range h.PortBindings {
		protocol, err := port.ParseProtocol(string(to.Proto()))
		if err != nil {
			continue
		}
		for _, b := range bindings {
			p := claim.Publication{Protocol: protocol, Addr: b.HostIP, Container: to.Num()}
			p.Host, _ = port.ParseRange(b.HostPort) // none: the engine picks one, which is refused elsewhere
			list = append(list, p)
		}
	}
	slices.SortStableFunc(list, func(a, b claim.Publication) int { return cmp.Compare(a.Container, b.Container) })
	return list
}

// adopt makes a record of an instance that was started by hand: its container is release 0, and is never edited. How it
// shows that it serves is what the definition says for its own ports.
func adopt(t *Target, endpoint string, serving []Serving) *Record {
	r := Release{
		Adopted: true, Version: versionOf(serving[0].Claim.Image), Image: serving[0].Inspect.Config.Image, Ready: t.ReadyBefore,
	}
	for _, s := range serving {
		policy := s.Inspect.HostConfig.RestartPolicy
		r.Containers = append(r.Containers, Container{
			ID: s.Claim.ID, Name: s.Claim.Name, Restart: cmp.Or(string(policy.Name), "no"), Retries: policy.MaximumRetryCount,
		})
	}
	return &Record{
		Schema: Schema, Instance: t.Instance, Service: t.Definition.Name, Endpoint: endpoint, Before: None, Releases: []Release{r},
	}
}
