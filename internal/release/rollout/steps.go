package rollout

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/docker/compose/v5/pkg/api"

	"github.com/safeport/safeport/internal/host/probe"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/release/desired"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// images gets the images. It may take minutes, in which the wanted ports are kept from everybody else. What the old
// release has cannot be had, and is safe already; of a range that is wider than the need, any port will do.
func (c *rollout) images(ctx context.Context) error {
	for _, w := range c.target.Wants {
		if w.AnyOf == 0 {
			taken, _ := probe.Take([]port.Requirement{w}) // what cannot be had, the check has told
			c.held = append(c.held, taken...)
		}
	}
	if c.Fetched {
		return nil
	}
	return c.get(ctx, c.target.Project)
}

// Fetch gets the images before a change is begun.
func (r *Runner) Fetch(ctx context.Context, p *types.Project) error {
	err := r.Engine.Guarded(ctx, func(ctx context.Context) error { return r.get(ctx, p) })
	r.Fetched = err == nil
	return err
}

func (r *Runner) get(ctx context.Context, p *types.Project) error {
	return r.long(func() error {
		if r.Load != "" {
			if err := r.Engine.Load(ctx, r.Load, r.Progress); err != nil {
				return err
			}
		}
		return r.Engine.Images(ctx, p, r.Policy, r.Progress)
	})
}

func (c *rollout) letGo() {
	probe.Release(c.held)
	c.held = nil
}

func (c *rollout) prepare(ctx context.Context) error {
	p, labels := c.target.Project, c.target.Labels()
	missing, err := c.Engine.MissingVolumes(ctx, p)
	if err != nil {
		return err
	}
	for _, key := range missing {
		if err := c.Engine.MakeVolume(ctx, p.Volumes[key], labels); err != nil {
			return err
		}
	}
	return c.Engine.MakeNetworks(ctx, p, labels)
}

func (c *rollout) start(ctx context.Context) error {
	// Services may have to wait for each other's health; a busy engine takes its time besides.
	ctx, cancel := context.WithTimeout(ctx, c.to.Ready.Within+engine.EngineTimeout)
	defer cancel()
	err := c.startAll(ctx)
	// Somebody may have taken a port after it was checked; the engine does not know who.
	var blocked *journal.BlockedError
	if err != nil && errors.As(c.Check(ctx), &blocked) {
		err = message.Errorf("%w (%w)", err, blocked)
	}
	return err
}

func (c *rollout) startAll(ctx context.Context) error {
	if c.target == nil {
		return c.Engine.Start(ctx, c.to)
	}
	// What goes on running may have been stopped with its engine meanwhile.
	kept := journal.Release{Number: c.to.Number, Ready: c.to.Ready, Containers: c.to.Kept()}
	if err := c.Engine.Start(ctx, &kept); err != nil {
		return err
	}
	p := desired.Less(desired.External(c.target.Project), c.kept())
	if err := c.Engine.Compose.Start(ctx, p.Name, api.StartOptions{Project: p, Services: p.ServiceNames()}); err != nil {
		return message.Errorf("starting revision %d: %w", c.to.Number, err)
	}
	return nil
}

// commit is the one write that makes the new release the one that serves.
func (c *rollout) commit() error {
	undone := *c.record
	err := c.Store.Commit(c.record)
	if err != nil {
		*c.record = undone
	}
	return err
}

// prune removes all releases but the one that serves and the one that is kept for the way back.
func (r *Runner) prune(ctx context.Context, record *journal.Record) error {
	for _, old := range slices.Clone(record.Releases) {
		if old.Number == record.Current || old.Number == record.Before {
			continue
		}
		unnamed, err := r.Engine.Anonymous(ctx, old.Containers)
		if err != nil {
			return err
		}
		if err := r.Engine.RemoveRelease(ctx, record, &old); err != nil {
			return err
		}
		if err := r.tellLeft(ctx, record, unnamed); err != nil {
			return err
		}
		record.Drop(old.Number)
		if err := r.Store.Save(record); err != nil {
			return err
		}
	}
	return nil
}

// tellLeft tells which of the volumes without a name no container of the instance has any more.
func (r *Runner) tellLeft(ctx context.Context, record *journal.Record, unnamed []string) error {
	if len(unnamed) == 0 {
		return nil
	}
	list, err := r.Engine.EveryContainer(ctx, record.Instance)
	if err != nil {
		return err
	}
	for _, x := range record.Releases {
		list = append(list, x.Containers...)
	}
	used, err := r.Engine.Anonymous(ctx, list)
	if err != nil {
		return err
	}
	left := slices.DeleteFunc(unnamed, func(name string) bool { return slices.Contains(used, name) })
	if len(left) > 0 {
		r.Say("Volumes without a name are kept, but not tracked. To delete them, run: %s", r.Engine.Command+" volume rm "+strings.Join(left, " "))
	}
	return nil
}
