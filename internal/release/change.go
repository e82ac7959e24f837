package release

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/docker/compose/v5/pkg/api"

	"safeport/internal/host/probe"
	"safeport/internal/port"
)

// Runner carries changes out. One who has it has the instance's lock.
type Runner struct {
	Engine   *Engine
	Store    *Store
	Say      func(format string, args ...any) // tells the person what is being done
	Progress Progress
	Policy   PullPolicy
	Load     string                      // archive of images to load first; empty: none
	Check    func(context.Context) error // asks for the ports once more; the error says why they cannot be had
}

// change is one change under way.
type change struct {
	*Runner
	record *Record
	from   *Release // nil: nothing serves
	to     *Release
	target *Target // nil on the way back: the containers are there
	held   []probe.Taken
}

// Apply brings an instance from the release that serves to the target. The record says what serves; when nothing does,
// this is the first installation. running says whether it does so just now.
func (r *Runner) Apply(ctx context.Context, record *Record, action Action, t *Target, running bool) (*Release, error) {
	to := Release{
		Number: record.Next(), Version: t.Version, Image: t.Image, Created: time.Now().UTC(), ConfigFile: t.ConfigFile,
		Settings: t.Settings, Ready: t.Ready, Defined: t.Defined,
	}
	t.own(to.Number)
	text, err := t.Project.MarshalYAML()
	if err != nil {
		return nil, fmt.Errorf("writing the project of release %d: %w", to.Number, err)
	}
	to.Compose = string(text)
	missing, err := r.Engine.missingVolumes(ctx, t.Project)
	if err != nil {
		return nil, err
	}
	pending := &Pending{Action: action, From: record.Current, To: to.Number, Since: time.Now().UTC(), Running: running}
	for _, key := range missing {
		pending.Volumes = append(pending.Volumes, t.Project.Volumes[key].Name)
	}
	record.put(to)
	record.Pending = pending
	return (&change{Runner: r, record: record, target: t}).run(ctx)
}

// Back brings an instance back to an older release, whose containers are there.
func (r *Runner) Back(ctx context.Context, record *Record, to int, running bool) (*Release, error) {
	record.Pending = &Pending{Action: Rollback, From: record.Current, To: to, Since: time.Now().UTC(), Running: running}
	return (&change{Runner: r, record: record}).run(ctx)
}

func (c *change) run(ctx context.Context) (*Release, error) {
	pending := c.record.Pending
	c.from, c.to = c.record.Release(pending.From), c.record.Release(pending.To)
	defer c.letGo()
	for _, s := range plan(pending.Action, c.from, c.to) {
		err := c.begin(s)
		if err == nil {
			err = c.do(ctx, s.Kind)
		}
		committed := c.record.Pending == nil
		if err == nil && !committed {
			err = ctx.Err()
		}
		switch {
		case err == nil:
		case committed: // what is left of older releases is a matter for the next run
			c.Say("warning: %v", err)
		default:
			return nil, c.undo(ctx, err)
		}
	}
	return c.to, nil
}

// begin writes a step down before it is done.
func (c *change) begin(s Step) error {
	c.Say("%s", s.About)
	if c.record.Pending == nil {
		return nil
	}
	c.record.Pending.Step = s.Kind
	return c.Store.Save(c.record)
}

// do does a step. Ctrl-C breaks off what may take long. What the engine does in one go is waited for: the engine would go on
// with it when nobody listens any more, and make a container, or stop one, after everything has been put back.
func (c *change) do(ctx context.Context, kind StepKind) error {
	e := c.Engine
	switch kind {
	case StepImages:
		return c.images(ctx)
	case StepCheck:
		c.letGo() // or it would find this very run in the way
		return c.Check(ctx)
	case StepWait:
		if err := e.wait(ctx, c.to, isNew); err != nil {
			return err
		}
		return c.Check(ctx) // the answer came by the port; that the port is this instance's own, the check knows
	case StepSoak:
		return e.watch(ctx, c.to)
	}
	ctx = context.WithoutCancel(ctx)
	switch kind {
	case StepPrepare:
		return c.prepare(ctx)
	case StepCreate:
		return c.create(ctx)
	case StepStop:
		return e.stop(ctx, c.record.Instance, c.from)
	case StepRetire:
		return e.retire(ctx, c.from)
	case StepPromote:
		return e.promote(ctx, c.to)
	case StepStart:
		return c.start(ctx)
	case StepCommit:
		return c.commit()
	case StepPrune:
		return c.prune(ctx, c.record)
	}
	return fmt.Errorf("step %q is unknown", kind)
}

// images gets the images. It may take minutes, in which the wanted ports are kept from everybody else. What the old
// release has cannot be had, and is safe already; of a range that is wider than the need, any port will do.
func (c *change) images(ctx context.Context) error {
	for _, w := range c.target.Wants {
		if w.AnyOf == 0 {
			taken, _ := probe.Take([]port.Want{w}) // what cannot be had, the check has told
			c.held = append(c.held, taken...)
		}
	}
	if c.Load != "" {
		if err := c.Engine.load(ctx, c.Load); err != nil {
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

// create makes the containers and writes down which they are.
func (c *change) create(ctx context.Context) error {
	err := c.Engine.compose.Create(ctx, external(c.target.Project), api.CreateOptions{
		IgnoreOrphans: true, Recreate: api.RecreateNever, RecreateDependencies: api.RecreateNever,
	})
	if err != nil {
		return fmt.Errorf("creating the containers: %w", err)
	}
	c.to.Containers, err = c.Engine.containers(ctx, c.record.Instance, c.to.Number)
	if err == nil && len(c.to.Containers) == 0 {
		err = errors.New("creating the containers: none was made")
	}
	if err != nil {
		return err
	}
	return c.faithful(ctx)
}

func (c *change) start(ctx context.Context) error {
	// Services may have to wait for each other's health.
	ctx, cancel := context.WithTimeout(ctx, c.to.Ready.Within)
	defer cancel()
	if c.target == nil {
		return c.Engine.start(ctx, c.record.Instance, c.to)
	}
	p := external(c.target.Project)
	if err := c.Engine.compose.Start(ctx, p.Name, api.StartOptions{Project: p, Services: p.ServiceNames()}); err != nil {
		err = fmt.Errorf("starting release %d: %w", c.to.Number, err)
		// Somebody may have taken a port after it was checked; the engine does not know who.
		var blocked *BlockedError
		if errors.As(c.Check(ctx), &blocked) {
			err = fmt.Errorf("%w (%w)", err, blocked)
		}
		return err
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
