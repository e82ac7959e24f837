package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/compose/v5/pkg/api"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
)

// Containers are those of a release, found by their labels.
func (e *Engine) Containers(ctx context.Context, name string, number int) ([]journal.Container, error) {
	list, err := e.List(ctx, LabelInstance+"="+name, fmt.Sprintf("%s=%d", LabelRelease, number))
	if err != nil {
		return nil, err
	}
	var found []journal.Container
	for _, item := range list {
		c, ok, err := e.Inspect(ctx, item.ID)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		policy := c.HostConfig.RestartPolicy
		one := journal.Container{
			ID: c.ID, Service: item.Labels[api.ServiceLabel],
			Name:    strings.TrimSuffix(c.Name[1:], journal.Aside("", number)),
			Restart: cmp.Or(string(policy.Name), "no"), Retries: policy.MaximumRetryCount,
		}
		if one.Restart == "no" { // as that of one that was set aside, whose label says what it was
			if labelled, retries, ok := labelledPolicy(item.Labels); ok {
				one.Restart, one.Retries = labelled, retries
			}
		}
		found = append(found, one)
	}
	slices.SortFunc(found, func(a, b journal.Container) int { return cmp.Compare(a.Name, b.Name) })
	return found, nil
}

// Stop stops a release, the services that others depend on last.
func (e *Engine) Stop(ctx context.Context, instance string, r *journal.Release) error {
	var restless []journal.Container
	if e.Podman {
		var err error
		if restless, err = e.restless(ctx, r); err != nil {
			return err
		}
	}
	err := e.end(ctx, instance, r)
	for _, c := range restless {
		if err := e.calm(ctx, c); err != nil {
			return err
		}
	}
	if err != nil && len(restless) > 0 {
		return e.end(ctx, instance, r) // the error may have been that of a start
	}
	return err
}

func (e *Engine) end(ctx context.Context, instance string, r *journal.Release) error {
	if project := r.ProjectName(instance); project != "" {
		err := e.Compose.Stop(ctx, project, api.StopOptions{})
		// The engine takes a container back whose maker was killed, and lists it until then.
		for tries := 0; cerrdefs.IsNotFound(err) && tries < 5; tries++ {
			time.Sleep(AskEvery)
			err = e.Compose.Stop(ctx, project, api.StopOptions{})
		}
		if err != nil {
			return message.Errorf("stopping revision %d: %w", r.Number, err)
		}
		return nil
	}
	for _, c := range r.Containers {
		_, err := e.Api.ContainerStop(ctx, c.ID, client.ContainerStopOptions{})
		if err != nil && !cerrdefs.IsNotFound(err) {
			return message.Errorf("stopping container %s: %w", c.Name, err)
		}
	}
	return nil
}

// Start starts a release whose containers have run before.
func (e *Engine) Start(ctx context.Context, instance string, r *journal.Release) error {
	if project := r.ProjectName(instance); project != "" {
		if err := e.Compose.Start(ctx, project, api.StartOptions{}); err != nil {
			return message.Errorf("starting revision %d: %w", r.Number, err)
		}
		return nil
	}
	for _, c := range r.Containers {
		if _, err := e.Api.ContainerStart(ctx, c.ID, client.ContainerStartOptions{}); err != nil {
			return message.Errorf("starting container %s: %w", c.Name, err)
		}
	}
	return nil
}

// Retire sets a stopped release aside: nothing starts it any more, at the next boot neither, and its names are free.
func (e *Engine) Retire(ctx context.Context, r *journal.Release) error {
	for _, c := range r.Containers {
		if err := e.setRestart(ctx, c.ID, "no", 0); err != nil {
			return err
		}
		if err := e.rename(ctx, c.ID, journal.AsideName(c, r)); err != nil {
			return err
		}
	}
	return nil
}

// Promote gives a stopped release the names and the restart policies with which it serves. The names come before the
// start: a GPUStack worker looks itself up by its name.
func (e *Engine) Promote(ctx context.Context, r *journal.Release) error {
	for _, c := range r.Containers {
		if err := e.rename(ctx, c.ID, c.Name); err != nil {
			return err
		}
		if err := e.setRestart(ctx, c.ID, c.Restart, c.Retries); err != nil {
			return err
		}
	}
	return nil
}

// RemoveRelease removes the containers of a release. Volumes stay.
func (e *Engine) RemoveRelease(ctx context.Context, name string, r *journal.Release) error {
	list := r.Containers
	if !r.Adopted {
		labelled, err := e.Containers(ctx, name, r.Number)
		if err != nil {
			return err
		}
		list = labelled // also those that a crash kept out of the journal
	}
	for _, c := range list {
		if err := e.remove(ctx, c.ID); err != nil {
			return err
		}
	}
	return nil
}

// Sweep removes containers of releases that are in no record: one that the engine was still making when a run was killed,
// and that was not there yet when the next run looked.
func (e *Engine) Sweep(ctx context.Context, record *journal.Record) error {
	list, err := e.List(ctx, LabelInstance+"="+record.Instance, LabelRelease)
	if err != nil {
		return err
	}
	for _, c := range list {
		number, err := strconv.Atoi(c.Labels[LabelRelease])
		if err != nil || record.Release(number) != nil {
			continue
		}
		if err := e.remove(ctx, c.ID); err != nil {
			return err
		}
	}
	return nil
}

// logLines is how much of a failing container's log is shown: the reason mostly stands at its end.
const logLines = "30"
