package rollout

import (
	"context"
	"time"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/desired"
	"github.com/safeport/safeport/internal/release/journal"
)

// Next is the number of the next release. One whose Compose project would be called as somebody's own is passed over: Compose would take that
// one's containers for those of the release.
func (r *Runner) Next(ctx context.Context, record *journal.Record) (int, error) {
	for number := record.Next(); ; number++ {
		of, err := r.Engine.OfOthers(ctx, journal.Project(record.Instance, number), record.Instance)
		if err != nil || !of {
			return number, err
		}
	}
}

// Apply brings an instance from the release that serves to the target. The record says what serves; when nothing does,
// this is the first installation. running says whether it does so just now.
func (r *Runner) Apply(ctx context.Context, record *journal.Record, action journal.Action, t *desired.Target, running bool) (*journal.Release, error) {
	number, err := r.Next(ctx, record)
	if err != nil {
		return nil, err
	}
	to := journal.Release{
		Number: number, Version: t.Version, Image: t.Image, Created: time.Now().UTC(), ConfigFile: t.ConfigFile,
		Images: desired.ImagesOf(t.Project), Settings: t.Settings, Ready: t.Ready, Defined: t.Defined, Section: t.Definition.Section(),
	}
	t.Own(to.Number)
	text, err := t.Project.MarshalYAML()
	if err != nil {
		return nil, message.Errorf("writing the project of revision %d: %w", to.Number, err)
	}
	to.Compose = string(text)
	missing, err := r.Engine.MissingVolumes(ctx, t.Project)
	if err != nil {
		return nil, err
	}
	pending := r.Pending(record, action, to.Number, running)
	pending.Words = r.Words
	to.Containers = t.Keeps
	for _, key := range missing {
		pending.Volumes = append(pending.Volumes, t.Project.Volumes[key].Name)
	}
	record.Put(to)
	record.Pending = pending
	return (&rollout{Runner: r, record: record, target: t}).run(ctx)
}

// Back brings an instance back to an older release, whose containers are there, and its data to that of the backup unless
// that is nil.
func (r *Runner) Back(ctx context.Context, record *journal.Record, to int, running bool, data *journal.Backup) (*journal.Release, error) {
	record.Pending = r.Pending(record, journal.Rollback, to, running)
	record.Pending.Restore = data.Name()
	return (&rollout{Runner: r, record: record}).run(ctx)
}

// Pending is a change that is about to begin.
func (r *Runner) Pending(record *journal.Record, action journal.Action, to int, running bool) *journal.Pending {
	p := &journal.Pending{Action: action, From: record.Current, To: to, Since: time.Now().UTC(), Running: running}
	if len(r.Copies) > 0 {
		p.Data, p.Backup = journal.PathsOf(r.Copies), journal.BackupName(record.Instance, record.Current, p.Since)
	}
	return p
}

func (c *rollout) run(ctx context.Context) (*journal.Release, error) {
	pending := c.record.Pending
	c.from, c.to = c.record.Release(pending.From), c.record.Release(pending.To)
	c.leaving, c.coming = c.record.Apart()
	defer c.letGo()
	pending.Silent = pending.Running && !c.answers(ctx)
	c.Say("Ports available")
	changing := false
	for _, s := range journal.Plan(pending, c.from, c.to) {
		if s.Kind.Changes() && !changing {
			changing = true
			c.Say("Applying changes")
		}
		if s.Kind == journal.StepWait {
			s.About = journal.Waiting(c.to.Ready) // of which the containers have a say
		}
		err := c.begin(s)
		if err != nil && c.begun == 0 {
			return nil, &journal.NotBegunError{Err: err}
		}
		c.begun++
		if err == nil {
			err = c.do(ctx, s.Kind)
		}
		committed := c.record.Pending == nil
		if err == nil && !committed {
			err = ctx.Err()
		}
		switch {
		case err == nil && s.Kind == journal.StepImages && c.Fetched: // which was told then
		case err == nil:
			c.Progress.Ended(s)
		case committed: // what is left of older releases is a matter for the next run
			c.Say("warning: %v", err)
		case s.Kind == journal.StepImages && ctx.Err() == nil:
			return nil, c.withdraw(ctx, err)
		default:
			return nil, c.undo(ctx, err)
		}
	}
	return c.to, nil
}

// tellUnheard tells where nobody listens. Where the service itself was asked on its port, it has answered.
func (c *rollout) tellUnheard(ctx context.Context) error {
	if c.to.Ready.URL != "" {
		return nil
	}
	list, err := c.Engine.Unheard(ctx, c.to)
	for _, what := range list {
		c.Say("warning: %s", what)
	}
	return err
}

// answers says whether the release that is to be replaced serves. One that does has an answer at once.
func (c *rollout) answers(ctx context.Context) bool {
	old := *c.from
	old.Ready.Within = min(old.Ready.Within, 3*time.Second)
	return c.Engine.Wait(ctx, &old) == nil
}

// begin writes a step down before it is done.
func (c *rollout) begin(s journal.Step) error {
	c.Progress.Beginning(s)
	if c.record.Pending == nil {
		return nil
	}
	c.record.Pending.Step = s.Kind
	return c.Store.Save(c.record)
}

// do does a step. Ctrl-C breaks off what may take long. What the engine does in one go is waited for: the engine would go on
// with it when nobody listens any more, and make a container, or stop one, after everything has been put back.
func (c *rollout) do(ctx context.Context, kind journal.StepKind) error {
	switch kind {
	case journal.StepImages, journal.StepCheck, journal.StepWait, journal.StepSoak:
	default:
		ctx = context.WithoutCancel(ctx)
	}
	return c.Engine.Guarded(ctx, func(ctx context.Context) error { return c.step(ctx, kind) })
}

func (c *rollout) step(ctx context.Context, kind journal.StepKind) error {
	e := c.Engine
	switch kind {
	case journal.StepImages:
		return c.images(ctx)
	case journal.StepCheck:
		c.letGo() // or it would find this very run in the way
		return c.Check(ctx)
	case journal.StepWait:
		if err := c.long(func() error { return e.Wait(ctx, c.to) }); err != nil {
			return err
		}
		err := c.Check(ctx) // the answer came by the port; that the port is this instance's own, the check knows
		if err != nil {
			// One that ends and is started again leaves rules and helpers that seem to be nobody's: it is the reason, and not they.
			if ended := e.Watch(ctx, c.to); ended != nil {
				return ended
			}
			err = c.Check(ctx)
		}
		return err
	case journal.StepSoak:
		if err := e.Watch(ctx, c.to); err != nil {
			return err
		}
		return c.tellUnheard(ctx)
	case journal.StepBackup:
		return c.long(func() error { return c.backup(ctx) })
	case journal.StepRestore:
		return c.long(func() error { return c.restore(ctx) })
	case journal.StepPrepare:
		return c.prepare(ctx)
	case journal.StepCreate:
		return c.create(ctx)
	case journal.StepStop:
		return e.Stop(ctx, c.leaving)
	case journal.StepRetire:
		return e.Retire(ctx, c.leaving)
	case journal.StepPromote:
		return e.Promote(ctx, c.coming)
	case journal.StepStart:
		return c.start(ctx)
	case journal.StepCommit:
		return c.commit()
	case journal.StepPrune:
		return c.prune(ctx, c.record)
	}
	return message.Errorf("step %q is unknown", kind)
}
