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

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/engine"
	"github.com/safeport/safeport/internal/instance"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/service"
	"github.com/safeport/safeport/internal/settings"
)

// Serving is a container of an instance that is there, whoever started it.
type Serving struct {
	Service string // of its Compose project; empty for one that was started by hand
	Claim   facts.Container
	Inspect container.InspectResponse
	Image   dockerspec.DockerOCIImageConfig // what the image gives by itself

	defaults defaults // what its engine gives by itself
	project  string   // that "docker compose up" made it for, from the very files that define the service; else empty
}

// serviceOf is the service of a project whose place a container has. One that was started by hand answers.
func (s Serving) serviceOf(main string) string { return cmp.Or(s.Service, main) }

// Find looks for the instance on the host.
func (e *Engine) Find(ctx context.Context, d *service.Definition, name string) (instance.Instance, error) {
	mayBe := func(c facts.Container) bool { return instance.MayBe(d, c) }
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

// serving are those of the containers that are of the release, or all without one, as the engine tells them now; first
// those of the service that answers: version and settings are read off it.
func (s *Session) serving(ctx context.Context, r *Release, found []facts.Container) ([]Serving, error) {
	list, err := s.Engine.serving(ctx, r, found, s.definition.Project)
	if err != nil || len(list) < 2 {
		return list, err
	}
	values, _, err := s.definition.Resolve(settings.Sources{})
	if err != nil {
		return nil, &safeport.UsageError{Err: err}
	}
	p, err := s.definition.Compose(ctx, values, s.definition.Instance)
	if err != nil {
		return nil, &safeport.UsageError{Err: err}
	}
	main := mainService(s.definition, p)
	slices.SortStableFunc(list, func(a, b Serving) int {
		switch {
		case a.Service == b.Service:
			return 0
		case a.Service == main:
			return -1
		case b.Service == main:
			return 1
		}
		return 0
	})
	return list, nil
}

// serving reads the containers; project is the Compose project that the files of a user make.
func (e *Engine) serving(ctx context.Context, r *Release, found []facts.Container, project string) ([]Serving, error) {
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
		} else if project != "" && c.Project == project {
			s.Service, s.project = c.Labels[api.ServiceLabel], project
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

// adopt makes a record of an instance that was started by hand: its container is release 0, and is never edited. How it
// shows that it serves is what the definition says for its own ports.
//
// So are all the containers of a project that its user has started with Compose: it is taken over whole.
func adopt(t *Target, endpoint string, serving []Serving) *Record {
	r := Release{
		Adopted: true, Project: serving[0].project, Images: map[string]string{}, Ready: t.ReadyBefore,
		Version: versionOf(serving[0].Claim.Image), Image: serving[0].Inspect.Config.Image,
	}
	for _, s := range serving {
		policy := s.Inspect.HostConfig.RestartPolicy
		r.Images[s.serviceOf(t.Service)] = s.Inspect.Config.Image
		r.Containers = append(r.Containers, Container{
			ID: s.Claim.ID, Service: s.Service, Name: s.Claim.Name, Restart: cmp.Or(string(policy.Name), "no"), Retries: policy.MaximumRetryCount,
		})
	}
	if r.Project != "" {
		r.Compose, r.Section = observedProject(t.Instance, serving), t.Definition.Section()
	}
	return &Record{
		Schema: Schema, Instance: t.Instance, Service: t.Definition.Name, Endpoint: endpoint, Before: None, Releases: []Release{r},
	}
}
