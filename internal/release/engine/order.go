package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/compose-spec/compose-go/v2/types"
	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/compose/v5/pkg/api"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"golang.org/x/sync/errgroup"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
)

// LabelDepends is what a service depends on, as Compose writes it in a label of its own. That one knows only of the services of its own
// Compose project, and the containers of a release may be of several.
const LabelDepends = "io.safeport.depends"

// DependsLabel is the text of that label.
func DependsLabel(s types.ServiceConfig) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(s.DependsOn)) {
		d := s.DependsOn[name]
		list = append(list, fmt.Sprintf("%s:%s:%t:%t", name, d.Condition, d.Restart, d.Required))
	}
	return strings.Join(list, ",")
}

// dependsOn reads the label. Compose's does not say what is not required.
func dependsOn(labels map[string]string) types.DependsOnConfig {
	text, ok := labels[LabelDepends]
	if !ok {
		text = labels[api.DependenciesLabel]
	}
	all := types.DependsOnConfig{}
	for word := range strings.SplitSeq(text, ",") {
		parts := strings.Split(word, ":")
		if parts[0] == "" {
			continue
		}
		d := types.ServiceDependency{Condition: types.ServiceConditionStarted, Required: true}
		if len(parts) > 1 {
			d.Condition = parts[1]
		}
		if len(parts) > 3 {
			d.Required, _ = strconv.ParseBool(parts[3])
		}
		all[parts[0]] = d
	}
	return all
}

// part is a container of a release, and what it depends on.
type part struct {
	journal.Container
	depends types.DependsOnConfig
}

// parts are those containers of a release that are there.
func (e *Engine) parts(ctx context.Context, r *journal.Release) (list []part, err error) {
	for _, c := range r.Containers {
		s, ok, err := e.Inspect(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		if ok {
			list = append(list, part{c, dependsOn(s.Config.Labels)})
		}
	}
	return list, nil
}

// needs says whether any of the containers depends on the service.
func needs(list []part, service string) bool {
	return slices.ContainsFunc(list, func(p part) bool {
		_, ok := p.depends[service]
		return ok && p.Service != service
	})
}

// stopInOrder stops containers side by side of which none is needed any more, until all are stopped.
func (e *Engine) stopInOrder(ctx context.Context, r *journal.Release) error {
	left, err := e.parts(ctx, r)
	for err == nil && len(left) > 0 {
		now, later := []part{}, []part{}
		for _, p := range left {
			if needs(left, p.Service) {
				later = append(later, p)
			} else {
				now = append(now, p)
			}
		}
		if len(now) == 0 { // a circle
			now, later = later, nil
		}
		var all errgroup.Group
		for _, p := range now {
			all.Go(func() error { return e.stop(ctx, p.Container) })
		}
		err, left = all.Wait(), later
	}
	if err != nil {
		return message.Errorf("stopping revision %d: %w", r.Number, err)
	}
	return nil
}

func (e *Engine) stop(ctx context.Context, c journal.Container) error {
	_, err := e.Api.ContainerStop(ctx, c.ID, client.ContainerStopOptions{})
	if err != nil && !cerrdefs.IsNotFound(err) {
		return message.Errorf("stopping container %s: %w", c.Name, err)
	}
	return nil
}

// Start starts the containers of a release that do not run, each when what it depends on is as it demands. They have run before: what
// starts the first time, Compose starts.
func (e *Engine) Start(ctx context.Context, r *journal.Release) error {
	ctx, cancel := context.WithTimeout(ctx, r.Ready.Within+EngineTimeout)
	defer cancel()
	v := newVigil()
	left, err := e.parts(ctx, r)
	for err == nil && len(left) > 0 {
		if err = ctx.Err(); err == nil {
			left, err = e.startNext(ctx, r, left, v)
		}
	}
	if err != nil {
		return message.Errorf("starting revision %d: %w", r.Number, err)
	}
	return nil
}

// startNext starts those containers that may start now, and returns the others. Where none may, it waits a moment.
func (e *Engine) startNext(ctx context.Context, r *journal.Release, left []part, v *vigil) (later []part, err error) {
	for _, p := range left {
		ready, err := e.mayStart(ctx, r, left, p, v)
		if err != nil {
			return left, err
		}
		if !ready {
			later = append(later, p)
			continue
		}
		if _, err := e.Api.ContainerStart(ctx, p.ID, client.ContainerStartOptions{}); err != nil {
			return left, message.Errorf("starting container %s: %w", p.Name, err)
		}
	}
	if len(later) == len(left) {
		select {
		case <-ctx.Done():
		case <-time.After(AskEvery):
		}
	}
	return later, nil
}

// mayStart says whether everything is as a container demands of the services that it depends on. The error says what never will be.
func (e *Engine) mayStart(ctx context.Context, r *journal.Release, left []part, p part, v *vigil) (bool, error) {
	for service, d := range p.depends {
		if slices.ContainsFunc(left, func(o part) bool { return o.Service == service && o.ID != p.ID }) {
			return false, nil // it starts first
		}
		for _, c := range r.Containers {
			if c.Service != service {
				continue
			}
			s, ok, err := e.Inspect(ctx, c.ID)
			if err != nil {
				return false, err
			}
			met, never := v.demanded(d.Condition, s, ok)
			if !met && never && d.Required {
				return false, message.Errorf("container %s depends on %s, but that is %s", p.Name, c.Name, stateOf(s, ok))
			}
			if !met && !never {
				return false, nil
			}
		}
	}
	return true, nil
}

// demanded says whether a container is as a condition of depends_on demands, or never will be by itself.
func (v *vigil) demanded(condition string, s container.InspectResponse, there bool) (met, never bool) {
	if !there {
		return false, true
	}
	ended := hasEnded(s) && !s.State.Restarting
	switch condition {
	case types.ServiceConditionCompletedSuccessfully:
		return ended && s.State.ExitCode == 0, ended && s.State.ExitCode != 0
	case types.ServiceConditionHealthy:
		h := s.State.Health
		if h == nil || h.Status == container.NoHealthcheck {
			return s.State.Running, ended
		}
		return s.State.Running && h.Status == container.Healthy, ended || h.Status == container.Unhealthy && v.checked(h)
	}
	return true, false // it was started
}

func stateOf(s container.InspectResponse, there bool) string {
	switch {
	case !there:
		return "removed"
	case s.State.Health != nil && s.State.Running:
		return string(s.State.Health.Status)
	}
	return string(s.State.Status)
}
