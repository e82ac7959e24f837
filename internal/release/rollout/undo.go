package rollout

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// undo puts everything back. Whoever has lost patience (Ctrl-C) still gets an undone change: the context is not asked.
func (c *rollout) undo(ctx context.Context, cause error) error {
	ctx = context.WithoutCancel(ctx)
	c.letGo()
	failed := &journal.FailedError{Err: cause}
	var gone *engine.UnavailableError
	if errors.As(cause, &gone) { // it has been waited for
		failed.Undo, failed.Now = message.Errorf("it requires the engine"), c.standing(ctx, c.record)
		return failed
	}
	c.Say("Rolling back")
	failed.Now, failed.Undo = c.mend(ctx, c.record, func(ctx context.Context) { failed.Log = c.Engine.Logs(ctx, c.to) })
	if failed.Undo != nil {
		failed.Hint = c.wayOut(c.record.Instance)
	}
	return failed
}

// stuck is what an earlier run has begun and this one could not bring to its end either. There is always a way out.
func (r *Runner) stuck(instance string, undo error, now message.Phrase) error {
	return &journal.FailedError{Err: message.Errorf("an earlier run was interrupted"), Undo: undo, Now: now, Hint: r.wayOut(instance)}
}

func (r *Runner) wayOut(instance string) message.Phrase {
	return message.Say("to remove it in any state and keep its data: %q", r.Command(journal.Uninstall, message.Quote(instance)))
}

// withdraw takes back a change whose images did not come: it was written down, and nothing else was done yet. So it is a
// refusal, and nothing is said of a rollback.
func (c *rollout) withdraw(ctx context.Context, cause error) error {
	c.letGo()
	var gone *engine.UnavailableError
	if errors.As(cause, &gone) {
		return c.undo(ctx, cause)
	}
	if _, err := c.mend(context.WithoutCancel(ctx), c.record, func(context.Context) {}); err != nil {
		return c.undo(ctx, cause)
	}
	return &journal.RefusedError{Reason: message.Say("%v", cause)}
}

// mend undoes what the record says is pending, once the engine answers. before is called when it does.
func (r *Runner) mend(ctx context.Context, record *journal.Record, before func(context.Context)) (now message.Phrase, err error) {
	if err := r.Engine.Await(ctx, func() { r.Say("Waiting for the engine (timeout %s)", engine.EngineTimeout) }); err != nil {
		return r.standing(ctx, record), err
	}
	record.Pending.Undoing = true
	// Without room for it an undo is still made: the next run finds out as well as this one what it has to do.
	_ = r.Store.Save(record)
	err = r.Engine.Guarded(ctx, func(ctx context.Context) (err error) {
		before(ctx)
		now, err = r.revert(ctx, record)
		return err
	})
	var gone *engine.UnavailableError
	if errors.As(err, &gone) {
		now = r.standing(ctx, record)
	}
	return now, err
}

// revert undoes what the record says is pending. It looks at what is there and not at how far the change came, so that it
// can be broken off and done again.
func (r *Runner) revert(ctx context.Context, record *journal.Record) (now message.Phrase, err error) {
	p := record.Pending
	from, to := record.Release(p.From), record.Release(p.To)
	if p.Action == journal.Rollback {
		_, coming := record.Apart()
		err = r.putBack(ctx, coming)
	} else {
		err = r.takeAway(ctx, record, to)
	}
	if err != nil {
		return message.Say("couldn't remove the new revision"), err
	}
	now = message.Say("%s is not installed", record.Instance)
	if from != nil {
		if now, err = r.restore(ctx, record, from); err != nil {
			return now, err
		}
	}
	if err := r.removeNew(ctx, record, to); err != nil {
		return now, err
	}
	if p.Backup != "" { // the data is what it is a copy of
		if err := r.Store.RemoveBackup(p.Backup); err != nil {
			return now, err
		}
	}
	if from == nil {
		kept, err := r.Engine.Volumes(ctx, record.Instance)
		if err != nil {
			return now, err
		}
		if len(kept) > 0 {
			now = message.Say("%s; volume %s was kept", now, strings.Join(kept, ", "))
		}
		if err := r.Engine.RemoveNetworks(ctx, record.Instance, r.Say); err != nil {
			return now, err
		}
	}
	record.Pending = nil
	if p.Action != journal.Rollback {
		record.Drop(p.To)
	}
	// What was adopted for a change that failed is the user's own again.
	if from == nil || from.Adopted && len(record.Releases) == 1 {
		return now, r.Store.Remove(record.Instance)
	}
	return now, r.Store.Save(record)
}

// putBack sets a release aside again that was to serve.
func (r *Runner) putBack(ctx context.Context, to *journal.Release) error {
	if err := r.Engine.Stop(ctx, to); err != nil {
		return err
	}
	return r.Engine.Retire(ctx, to)
}

// takeAway removes a release that was being made. A volume that its program may have written to is not a new one any more.
func (r *Runner) takeAway(ctx context.Context, record *journal.Record, to *journal.Release) error {
	list, err := r.Engine.Containers(ctx, record.Instance, to.Number)
	if err != nil {
		return err
	}
	unnamed, err := r.Engine.Anonymous(ctx, list)
	if err != nil {
		return err
	}
	for _, c := range list {
		state, ok, err := r.Engine.Inspect(ctx, c.ID)
		if err != nil {
			return err
		}
		if ok && engine.WasStarted(state.State.StartedAt) {
			unnamed = nil
		}
		if ok && engine.WasStarted(state.State.StartedAt) && len(record.Pending.Volumes) > 0 {
			record.Pending.Volumes = nil
			if err := r.Store.Save(record); err != nil {
				return err
			}
		}
	}
	// Stopped before it is removed: a database that is killed has to mend itself at the next start.
	if err := r.Engine.Stop(ctx, &journal.Release{Number: to.Number, Containers: list}); err != nil {
		return err
	}
	if err := r.Engine.RemoveRelease(ctx, record, &journal.Release{Number: to.Number}); err != nil {
		return err
	}
	for _, name := range unnamed {
		if strings.Contains(to.Compose, name) {
			continue // carried over, with what is in it
		}
		if err := r.Engine.RemoveUnused(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// restore makes the release serve that served before, and sees that it does.
func (r *Runner) restore(ctx context.Context, record *journal.Record, from *journal.Release) (now message.Phrase, err error) {
	name := message.Say("revision %d (%s)", from.Number, from.Image)
	for _, c := range from.Containers {
		if _, ok, err := r.Engine.Inspect(ctx, c.ID); err != nil || !ok {
			return message.Say("%s is not as it was", name), cmp.Or(err, message.Errorf("container %s is gone", c.Name))
		}
	}
	if err := r.takeBackData(ctx, record); err != nil { // as long as no restart policy can start it
		return message.Say("%s is stopped; its data is in %s", name, r.Store.BackupDir(record.Pending.Backup)), err
	}
	if err := r.Engine.Promote(ctx, from); err != nil {
		return message.Say("%s wasn't restored", name), err
	}
	if !record.Pending.Running {
		return message.Say("%s is stopped, as before", name), nil
	}
	if err := r.startAnew(ctx, from); err != nil {
		return message.Say("%s was restored but couldn't be started", name), err
	}
	if record.Pending.Silent {
		return message.Say("%s is running as before; it wasn't healthy then either", name), nil
	}
	if err := r.long(func() error { return r.Engine.Wait(ctx, from) }); err != nil {
		return message.Say("%s was restarted but isn't healthy", name), err
	}
	return message.Say("%s is running again", name), nil
}

// startAnew starts a release that is to be judged by what it does from now on. One that its engine starts again and again, and later each
// time, is stopped first: its next start may be a minute away.
func (r *Runner) startAnew(ctx context.Context, x *journal.Release) error {
	for _, c := range x.Containers {
		s, ok, err := r.Engine.Inspect(ctx, c.ID)
		if err != nil {
			return err
		}
		if ok && s.State.Restarting {
			if err := r.Engine.Stop(ctx, x); err != nil {
				return err
			}
			break
		}
	}
	return r.Engine.Start(ctx, x)
}
