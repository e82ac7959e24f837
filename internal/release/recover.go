package release

import (
	"context"
	"errors"

	"safeport/internal/message"
)

// Recover heals what an earlier run left behind, and says what it did: a change that had come so far that the new release
// serves is finished, any other is undone. A damaged journal is kept under another name and read anew off the labels of
// the containers. The record is nil when nothing of the instance is known.
func (r *Runner) Recover(ctx context.Context, instance string) (*Record, error) {
	record, err := r.known(ctx, instance)
	if err != nil || record == nil {
		return nil, err
	}
	if record.Pending == nil {
		return record, errors.Join(r.prune(ctx, record), r.Engine.sweep(ctx, record))
	}
	if record.Pending.Action == Uninstall {
		r.Say("an earlier run did not come to its end (%s); finishing it", record.Pending)
		err := r.Engine.guarded(ctx, func(ctx context.Context) error { return r.remove(ctx, record) })
		if err != nil {
			return nil, partlyRemoved(err)
		}
		return nil, nil
	}
	finished := false
	if err := r.Engine.guarded(ctx, func(ctx context.Context) (err error) {
		finished, err = r.finish(ctx, record)
		return err
	}); finished || err != nil {
		return record, err
	}
	r.Say("an earlier run did not come to its end (%s); undoing it", record.Pending)
	now, err := r.mend(ctx, record, func(context.Context) {})
	if err != nil {
		return nil, &FailedError{Err: message.Errorf("an earlier run did not come to its end"), Undo: err, Now: now}
	}
	r.Say("undone: %s", now)
	return r.Store.Load(instance)
}

// known is what the journal says of an instance, or else what the labels say.
func (r *Runner) known(ctx context.Context, instance string) (*Record, error) {
	record, err := r.journal(ctx, instance)
	var damaged *DamagedError
	if errors.As(err, &damaged) {
		record = nil
		kept, setAside := r.Store.SetAside(instance)
		if setAside != nil {
			return nil, errors.Join(err, setAside)
		}
		r.Say("warning: %v; it is kept as %s, and what it said is read off the containers", damaged, kept)
		err = nil
	}
	if err != nil || record != nil {
		return record, err
	}
	if record, err = r.Engine.reconstruct(ctx, instance); err != nil || record == nil {
		return nil, err
	}
	r.Say("the journal of %s is not there; release %d is known by its labels", instance, record.Current)
	return record, r.Store.Save(record)
}

// finish commits a change whose new release serves already.
func (r *Runner) finish(ctx context.Context, record *Record) (bool, error) {
	p := record.Pending
	if p.Step != StepStart && p.Step != StepWait && p.Step != StepSoak && p.Step != StepCommit {
		return false, nil
	}
	to := record.Release(p.To)
	if r.Engine.serves(ctx, to, isNew) != nil || r.Engine.watch(ctx, to) != nil {
		return false, nil
	}
	r.Say("an earlier run did not come to its end (%s); release %d serves, and is kept", p, to.Number)
	if err := r.Store.commit(record); err != nil {
		return false, err
	}
	return true, r.prune(ctx, record)
}
