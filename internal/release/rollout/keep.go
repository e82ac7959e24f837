package rollout

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/desired"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// Keep finds the containers of the serving release that go on running in the target, as they would be made again just so. Others of
// unchanged services are made anew all the same, and why is said: one that does not run, or is not as it was made, is mended by
// that; and while data is copied nobody may write to it.
func (r *Runner) Keep(ctx context.Context, from *journal.Release, t *desired.Target, running bool) (list []journal.Container, anew message.Phrases, err error) {
	if from == nil || from.Adopted || !running {
		return nil, nil, nil
	}
	unchanged := t.Unchanged(from)
	busy, err := r.copied(ctx)
	if err != nil {
		return nil, nil, err
	}
	because := map[string]message.Phrase{}
	names := slices.DeleteFunc(slices.Clone(unchanged), func(name string) bool {
		var why *message.Phrase
		if why, err = r.mustBeMade(ctx, from, t, name, busy); why != nil {
			because[name] = *why
		}
		return why != nil || err != nil
	})
	if err != nil {
		return nil, nil, err
	}
	staying := t.Staying(names)
	for _, name := range unchanged {
		if why, ok := because[name]; ok {
			anew = append(anew, message.Say("service %s is unchanged but is recreated: %s", name, why))
		} else if !slices.Contains(staying, name) {
			anew = append(anew, message.Say("service %s is unchanged but is recreated together with others", name))
		}
	}
	for _, c := range from.Containers {
		if slices.Contains(staying, c.Service) {
			if c.Made == 0 {
				c.Made = from.Number
			}
			list = append(list, c)
		}
	}
	return list, anew, nil
}

// mustBeMade says why a service that did not change is made anew all the same; nil if it need not be.
func (r *Runner) mustBeMade(ctx context.Context, from *journal.Release, t *desired.Target, name string, busy []container.MountPoint) (*message.Phrase, error) {
	because := func(format string, args ...any) (*message.Phrase, error) {
		why := message.Say(format, args...)
		return &why, nil
	}
	s := t.Project.Services[name]
	res, err := r.Engine.Api.ImageInspect(ctx, s.Image)
	if cerrdefs.IsNotFound(err) {
		return because("its image isn't here")
	}
	if err != nil {
		return nil, message.Errorf("looking for image %s: %w", s.Image, err)
	}
	count := 0
	for _, c := range from.Containers {
		if c.Service != name {
			continue
		}
		count++
		is, ok, err := r.Engine.Inspect(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		switch {
		case !ok, !is.State.Running, is.State.Paused, is.State.Restarting:
			return because("it isn't running")
		case is.State.Health != nil && is.State.Health.Status != container.Healthy && is.State.Health.Status != container.NoHealthcheck:
			return because("it isn't healthy")
		case strings.TrimPrefix(is.Image, "sha256:") != strings.TrimPrefix(res.ID, "sha256:"):
			return because("%s is another image now", s.Image)
		case is.Name != "/"+c.Name, !r.Engine.Podman && !engine.SamePolicy(is.HostConfig.RestartPolicy, c):
			return because("it was changed by hand")
		case sharesData(is.Mounts, busy):
			return because("its data is backed up")
		}
		joined, err := r.joined(ctx, t, name, is)
		if err != nil {
			return nil, err
		}
		if !joined {
			return because("a network of it was replaced")
		}
	}
	if count != s.GetScale() {
		return because("%d of its %d containers are there", count, s.GetScale())
	}
	return nil, nil
}

// joined says whether a container is on the networks of its service, as they are now.
func (r *Runner) joined(ctx context.Context, t *desired.Target, service string, is container.InspectResponse) (bool, error) {
	for key := range t.Project.Services[service].Networks {
		name := journal.ResourceName(t.Project.Networks[key].Name, t.Instance, key)
		n, ok := is.NetworkSettings.Networks[name]
		if !ok {
			return false, nil
		}
		there, err := r.Engine.HasNetwork(ctx, n.NetworkID)
		if err != nil || !there {
			return false, err
		}
	}
	return true, nil
}

// copied are the mounts of the containers whose data this change copies, and may put back.
func (r *Runner) copied(ctx context.Context) (list []container.MountPoint, err error) {
	for _, part := range r.Copies {
		is, ok, err := r.Engine.Inspect(ctx, part.Container)
		if err != nil {
			return nil, err
		}
		if ok {
			list = append(list, is.Mounts...)
		}
	}
	return list, nil
}

// sharesData says whether two containers have a part of the host's files in common.
func sharesData(a, b []container.MountPoint) bool {
	return slices.ContainsFunc(a, func(x container.MountPoint) bool {
		return slices.ContainsFunc(b, func(y container.MountPoint) bool {
			return x.Source != "" && y.Source != "" && overlap(x.Source, y.Source)
		})
	})
}

// overlap says whether one of two paths of the host is in the other, under whatever name: an engine tells them as they were written, and a
// volume may be a directory that somebody else mounts by its own path.
func overlap(a, b string) bool {
	if engine.Same(a, b) {
		return true
	}
	a, b = resolved(a), resolved(b)
	return engine.Within(a, b) || engine.Within(b, a)
}

// resolved is a path without symbolic links; as it is, where that cannot be told.
func resolved(path string) string {
	if is, err := filepath.EvalSymlinks(path); err == nil {
		return is
	}
	return path
}

// keep looks once more, now that the images are there, at what was to go on running, and writes down what does.
func (c *rollout) keep(ctx context.Context) ([]journal.Container, error) {
	meant := c.to.Containers
	if len(meant) == 0 {
		return nil, nil
	}
	list, anew, err := c.Keep(ctx, c.from, c.target, true)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(x journal.Container) bool {
		return !slices.ContainsFunc(meant, func(y journal.Container) bool { return y.ID == x.ID })
	})
	if len(list) < len(meant) {
		for _, what := range anew {
			c.Say("%s", what)
		}
	}
	c.to.Containers = list
	return list, c.Store.Save(c.record)
}

// kept are the services whose containers go on running.
func (c *rollout) kept() (names []string) {
	for _, x := range c.to.Kept() {
		names = append(names, x.Service)
	}
	return names
}
