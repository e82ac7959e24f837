package release

import (
	"context"
	"errors"
	"slices"

	"github.com/docker/compose/v5/pkg/api"

	"github.com/safeport/safeport/internal/host/probe"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
)

// images gets the images. It may take minutes, in which the wanted ports are kept from everybody else. What the old
// release has cannot be had, and is safe already; of a range that is wider than the need, any port will do.
func (c *change) images(ctx context.Context) error {
	for _, w := range c.target.Wants {
		if w.AnyOf == 0 {
			taken, _ := probe.Take([]port.Requirement{w}) // what cannot be had, the check has told
			c.held = append(c.held, taken...)
		}
	}
	if c.Load != "" {
		if err := c.Engine.load(ctx, c.Load, c.Progress); err != nil {
			return err
		}
	}
	return c.Engine.images(ctx, c.target.Project, c.Policy, c.Progress)
}

func (c *change) letGo() {
	probe.Release(c.held)
	c.held = nil
}

func (c *change) prepare(ctx context.Context) error {
	p, labels := c.target.Project, c.target.labels()
	missing, err := c.Engine.missingVolumes(ctx, p)
	if err != nil {
		return err
	}
	for _, key := range missing {
		if err := c.Engine.makeVolume(ctx, p.Volumes[key], labels); err != nil {
			return err
		}
	}
	return c.Engine.makeNetworks(ctx, p, labels)
}

func (c *change) start(ctx context.Context) error {
	// Services may have to wait for each other's health; a busy engine takes its time besides.
	ctx, cancel := context.WithTimeout(ctx, c.to.Ready.Within+patience)
	defer cancel()
	err := c.startAll(ctx)
	// Somebody may have taken a port after it was checked; the engine does not know who.
	var blocked *BlockedError
	if err != nil && errors.As(c.Check(ctx), &blocked) {
		err = message.Errorf("%w (%w)", err, blocked)
	}
	return err
}

func (c *change) startAll(ctx context.Context) error {
	if c.target == nil {
		return c.Engine.start(ctx, c.record.Instance, c.to)
	}
	p := external(c.target.Project)
	if err := c.Engine.compose.Start(ctx, p.Name, api.StartOptions{Project: p, Services: p.ServiceNames()}); err != nil {
		return message.Errorf("starting release %d: %w", c.to.Number, err)
	}
	return nil
}

// commit is the one write that makes the new release the one that serves.
func (c *change) commit() error {
	undone := *c.record
	err := c.Store.commit(c.record)
	if err != nil {
		*c.record = undone
	}
	return err
}

// commit writes down that the pending change's new release serves.
func (s *Store) commit(r *Record) error {
	r.Current, r.Before, r.Pending = r.Pending.To, r.Pending.From, nil
	return s.Save(r)
}

// prune removes all releases but the one that serves and the one that is kept for the way back.
func (r *Runner) prune(ctx context.Context, record *Record) error {
	for _, old := range slices.Clone(record.Releases) {
		if old.Number == record.Current || old.Number == record.Before {
			continue
		}
		if err := r.Engine.removeRelease(ctx, record.Instance, &old); err != nil {
			return err
		}
		record.drop(old.Number)
		if err := r.Store.Save(record); err != nil {
			return err
		}
	}
	return nil
}
