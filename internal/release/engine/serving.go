package engine

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/compose/v5/pkg/api"
	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"
	"github.com/moby/moby/api/types/container"
	"golang.org/x/sys/unix"

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
	Service   string // of its Compose project; empty for one that was started by hand
	Container facts.Container
	Inspect   container.InspectResponse
	Image     dockerspec.DockerOCIImageConfig // what the image gives by itself

	Podman   bool
	Defaults Defaults // what its engine gives by itself
	Project  string   // that "docker compose up" made it for, from the very files that define the service; else empty

	ImageGone  bool // somebody has removed its image, so that Image is empty
	ImageMoved bool // the name of its image means another image by now
}

// ServiceOf is the service of a project whose place a container has. One that was started by hand answers.
func (s Serving) ServiceOf(main string) string { return cmp.Or(s.Service, main) }

// Find looks for the instance on the host.
func (e *Engine) Find(ctx context.Context, d *service.Definition, name string) (instance.Instance, error) {
	containers, err := e.like(ctx, d)
	if err != nil {
		return instance.Instance{}, err
	}
	return instance.Find(d, name, containers), nil
}

// All are all installations of the service on the host, whoever made them.
func (e *Engine) All(ctx context.Context, d *service.Definition) ([]instance.Instance, error) {
	containers, err := e.like(ctx, d)
	return instance.All(d, containers), err
}

// like are the containers that may be the service's.
func (e *Engine) like(ctx context.Context, d *service.Definition) ([]facts.Container, error) {
	mayBe := func(c facts.Container) bool { return instance.MayBe(d, c) }
	// A check gives up soon. An engine that is busy, as Podman is when many ask it, is worth waiting for here, and one that has just
	// come back hangs up in the middle of an answer.
	for lives, began := interruptions, time.Now(); ; lives-- {
		answer := engine.Ask(ctx, engine.Endpoint{URL: e.Endpoint, Named: true, Within: EngineTimeout}, mayBe)
		if answer.State == engine.Answering {
			e.Command = engine.Endpoint{URL: e.Endpoint, Named: e.apart}.Command(answer.Name)
			e.Podman, e.Uid, e.Gid = answer.Name == "podman", answer.UID, answer.GID
			return answer.Containers, nil
		}
		if lives == 0 || time.Since(began) >= EngineTimeout || ctx.Err() != nil || e.Await(ctx, func() {}) != nil {
			return nil, unanswered{message.Errorf("connecting to the engine at %s: %w", e.Endpoint, cmp.Or[error](answer.Err, unix.ECONNREFUSED))}
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
		s := Serving{Container: c, Inspect: details, Defaults: given, Podman: e.Podman}
		if c.Labels[instance.LabelService] != "" {
			s.Service = c.Labels[api.ServiceLabel]
		} else if project != "" && c.Project == project {
			s.Service, s.Project = c.Labels[api.ServiceLabel], project
		}
		if s.Image, err = e.ImageConfig(ctx, details); cerrdefs.IsNotFound(err) {
			s.ImageGone = true
		} else if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, e.LookForMoved(ctx, list)
}

// LookForMoved finds out of which containers the image's name means another image by now, as that of "latest" does after a pull or a build.
func (e *Engine) LookForMoved(ctx context.Context, list []Serving) error {
	ids := map[string]string{}
	for i, s := range list {
		name := s.Inspect.Config.Image
		id, asked := ids[name]
		if !asked {
			var err error
			if id, err = e.imageID(ctx, name); err != nil {
				return err
			}
			ids[name] = id
		}
		list[i].ImageMoved = id != "" && id != plainID(s.Inspect.Image)
	}
	return nil
}

// imageID is the id of an image without the name of its hash; empty where the engine has none by that name.
func (e *Engine) imageID(ctx context.Context, name string) (string, error) {
	image, err := e.Api.ImageInspect(ctx, name)
	switch {
	case cerrdefs.IsNotFound(err):
		return "", nil
	case err != nil:
		return "", message.Errorf("looking for image %s: %w", name, err)
	}
	return plainID(image.ID), nil
}

func plainID(id string) string { return strings.TrimPrefix(id, "sha256:") }

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
