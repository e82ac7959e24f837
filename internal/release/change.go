package release

import (
	"context"
	"time"

	"github.com/safeport/safeport/internal/host/probe"
	"github.com/safeport/safeport/internal/message"
)

// Runner carries changes out. One who has it has the instance's lock.
type Runner struct {
	Engine   *Engine
	Store    *Store
	Say      func(format string, args ...any) // tells the person what is being done
	Progress Progress
	Policy   PullPolicy
	Copies   []Copy                      // data that is copied before the change; none: nothing is
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
	begun  int // steps
}

// Apply brings an instance from the release that serves to the target. The record says what serves; when nothing does,
// this is the first installation. running says whether it does so just now.
func (r *Runner) Apply(ctx context.Context, record *Record, action Action, t *Target, running bool) (*Release, error) {
	to := Release{
		Number: record.Next(), Version: t.Version, Image: t.Image, Created: time.Now().UTC(), ConfigFile: t.ConfigFile,
		Images: imagesOf(t.Project), Settings: t.Settings, Ready: t.Ready, Defined: t.Defined, Section: t.Definition.Section(),
	}
	t.own(to.Number)
	text, err := t.Project.MarshalYAML()
	if err != nil {
		return nil, message.Errorf("writing the project of release %d: %w", to.Number, err)
	}
	to.Compose = string(text)
	missing, err := r.Engine.missingVolumes(ctx, t.Project)
	if err != nil {
		return nil, err
	}
	pending := r.pending(record, action, to.Number, running)
	for _, key := range missing {
		pending.Volumes = append(pending.Volumes, t.Project.Volumes[key].Name)
	}
	record.put(to)
	record.Pending = pending
	return (&change{Runner: r, record: record, target: t}).run(ctx)
}

// Back brings an instance back to an older release, whose containers are there, and its data to that of the backup unless
// that is nil.
func (r *Runner) Back(ctx context.Context, record *Record, to int, running bool, data *Backup) (*Release, error) {
	record.Pending = r.pending(record, Rollback, to, running)
	record.Pending.Restore = data.name()
	return (&change{Runner: r, record: record}).run(ctx)
}

// pending is a change that is about to begin.
func (r *Runner) pending(record *Record, action Action, to int, running bool) *Pending {
	p := &Pending{Action: action, From: record.Current, To: to, Since: time.Now().UTC(), Running: running}
	if len(r.Copies) > 0 {
		p.Data, p.Backup = pathsOf(r.Copies), backupName(record.Instance, record.Current, p.Since)
	}
	return p
}

func (c *change) run(ctx context.Context) (*Release, error) {
	pending := c.record.Pending
	c.from, c.to = c.record.Release(pending.From), c.record.Release(pending.To)
	defer c.letGo()
	pending.Silent = pending.Running && !c.answers(ctx)
	c.Say("the ports can be had; nothing has been changed yet")
	changing := false
	for _, s := range plan(pending, c.from, c.to) {
		if s.Kind.changes() && !changing {
			changing = true
			c.Say("changing the host from here")
		}
		if s.Kind == StepWait {
			s.About = waiting(c.to.Ready) // of which the containers have a say
		}
		err := c.begin(s)
		if err != nil && c.begun == 0 {
			return nil, &NotBegunError{err}
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
		case err == nil:
		case committed: // what is left of older releases is a matter for the next run
			c.Say("warning: %v", err)
		default:
			return nil, c.undo(ctx, err)
		}
	}
	return c.to, nil
}

// tellUnheard tells where nobody listens. Where the service itself was asked on its port, it has answered.
func (c *change) tellUnheard(ctx context.Context) error {
	if c.to.Ready.URL != "" {
		return nil
	}
	list, err := c.Engine.unheard(ctx, c.to)
	for _, what := range list {
		c.Say("warning: %s", what)
	}
	return err
}

// answers says whether the release that is to be replaced serves. One that does has an answer at once.
func (c *change) answers(ctx context.Context) bool {
	old := *c.from
	old.Ready.Within = min(old.Ready.Within, 3*time.Second)
	return c.Engine.wait(ctx, &old) == nil
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
	switch kind {
	case StepImages, StepCheck, StepWait, StepSoak:
	default:
		ctx = context.WithoutCancel(ctx)
	}
	return c.Engine.guarded(ctx, func(ctx context.Context) error { return c.step(ctx, kind) })
}

func (c *change) step(ctx context.Context, kind StepKind) error {
	e := c.Engine
	switch kind {
	case StepImages:
		return c.long(func() error { return c.images(ctx) })
	case StepCheck:
		c.letGo() // or it would find this very run in the way
		return c.Check(ctx)
	case StepWait:
		if err := c.long(func() error { return e.wait(ctx, c.to) }); err != nil {
			return err
		}
		err := c.Check(ctx) // the answer came by the port; that the port is this instance's own, the check knows
		if err != nil {
			// One that ends and is started again leaves rules and helpers that seem to be nobody's: it is the reason, and not they.
			if ended := e.watch(ctx, c.to); ended != nil {
				return ended
			}
			err = c.Check(ctx)
		}
		return err
	case StepSoak:
		if err := e.watch(ctx, c.to); err != nil {
			return err
		}
		return c.tellUnheard(ctx)
	case StepBackup:
		return c.long(func() error { return c.backup(ctx) })
	case StepRestore:
		return c.long(func() error { return c.restore(ctx) })
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
	return message.Errorf("step %q is unknown", kind)
}
