package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/docker/compose/v5/pkg/api"

	"github.com/safeport/safeport/internal/release/journal"
)

// Containers are those of a release, found by their labels.
func (e *Engine) Containers(ctx context.Context, name string, number int) ([]journal.Container, error) {
	list, err := e.Made(ctx, name, fmt.Sprintf("%s=%d", LabelRelease, number))
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

// Whole are the containers of a release by the labels of those that were made for it: these, and those that they say it has kept. Anybody
// can write such a label: what is there and was not made for this instance is somebody's own, and left alone.
func (e *Engine) Whole(ctx context.Context, name string, number int) ([]journal.Container, error) {
	list, err := e.Containers(ctx, name, number)
	if err != nil || len(list) == 0 {
		return list, err
	}
	c, ok, err := e.Inspect(ctx, list[0].ID)
	if err != nil || !ok {
		return list, err
	}
	o := originOf(c.Config.Labels)
	if o == nil {
		return list, nil
	}
	for _, kept := range o.Kept {
		s, ok, err := e.Inspect(ctx, kept.ID)
		if err != nil {
			return nil, err
		}
		foreign := ok && (s.ID != kept.ID || s.Config.Labels[LabelInstance] != name || s.Config.Labels[LabelRelease] != strconv.Itoa(kept.Made))
		if kept.Made != 0 && !foreign {
			list = append(list, kept)
		}
	}
	return list, nil
}

// Gone is the first container of a release that somebody has removed; empty when all are there.
func (e *Engine) Gone(ctx context.Context, r *journal.Release) (name string, err error) {
	for _, c := range r.Containers {
		if _, ok, err := e.Inspect(ctx, c.ID); err != nil || !ok {
			return c.Name, err
		}
	}
	return "", nil
}

// Stop stops the containers of a release, those on which others depend last.
func (e *Engine) Stop(ctx context.Context, r *journal.Release) error {
	var restless []journal.Container
	if e.Podman {
		var err error
		if restless, err = e.restless(ctx, r); err != nil {
			return err
		}
	}
	err := e.stopInOrder(ctx, r)
	for _, c := range restless {
		if err := e.calm(ctx, c); err != nil {
			return err
		}
	}
	if err != nil && len(restless) > 0 {
		return e.stopInOrder(ctx, r) // the error may have been that of a start
	}
	return err
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

// RemoveRelease removes the containers that were made for a release and that no other release has. Volumes stay.
func (e *Engine) RemoveRelease(ctx context.Context, record *journal.Record, r *journal.Release) error {
	list := r.Containers
	if !r.Adopted {
		labelled, err := e.Containers(ctx, record.Instance, r.Number)
		if err != nil {
			return err
		}
		list = labelled // also those that a crash kept out of the journal
		for _, c := range r.Containers {
			if !slices.ContainsFunc(list, func(o journal.Container) bool { return o.ID == c.ID }) { // made by a release that is gone, maybe
				list = append(list, c)
			}
		}
	}
	var ids []string
	for _, c := range list {
		if !record.HasElsewhere(c.ID, r.Number) {
			ids = append(ids, c.ID)
		}
	}
	return e.removeAll(ctx, ids)
}

// Sweep removes containers of releases that are in no record: one that the engine was still making when a run was killed,
// and that was not there yet when the next run looked.
func (e *Engine) Sweep(ctx context.Context, record *journal.Record) error {
	list, err := e.Stray(ctx, record.Instance, record)
	if err != nil {
		return err
	}
	var ids []string
	for _, c := range list {
		ids = append(ids, c.ID)
	}
	return e.removeAll(ctx, ids)
}

// logLines is how much of a failing container's log is shown: the reason mostly stands at its end.
const logLines = "30"
