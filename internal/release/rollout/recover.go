package rollout

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/desired"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// Recover heals what an earlier run left behind, and says what it did. A change whose new release serves, or has served, is
// finished: it may have taken data since. One whose new release was started is given the time to serve; any other is undone. A damaged journal is kept
// under another name, and what it said is read from its copy or off the labels of the containers. The record is nil when nothing
// of the instance is known.
func (r *Runner) Recover(ctx context.Context, instance string) (*journal.Record, error) {
	record, err := r.Known(ctx, instance)
	if err != nil || record == nil {
		return nil, err
	}
	p := record.Pending
	if p != nil {
		was, pending := *record, *p
		was.Pending, r.Healed = &pending, &was
	}
	if p == nil {
		if record, err = r.forget(ctx, record); err != nil || record == nil {
			return nil, err
		}
		return record, errors.Join(r.prune(ctx, record), r.Engine.Sweep(ctx, record))
	}
	if p.Action == journal.Uninstall {
		r.Say("Finishing an interrupted run (%s)", p)
		err := r.Engine.Guarded(ctx, func(ctx context.Context) error { return r.remove(ctx, record) })
		if err != nil {
			return nil, journal.PartlyRemoved(err)
		}
		return nil, nil
	}
	finished := false
	if err := r.Engine.Guarded(ctx, func(ctx context.Context) (err error) {
		finished, err = r.finish(ctx, record)
		return err
	}); err != nil {
		return nil, r.stuck(instance, err, r.standing(ctx, record))
	}
	if finished {
		return r.Store.Load(instance)
	}
	if !p.Undoing {
		r.Say("Rolling back an interrupted run (%s)", p)
	} else {
		r.Say("Continuing to roll back an interrupted run (%s)", p)
	}
	r.keepFilled(ctx, p)
	now, err := r.mend(ctx, record, func(context.Context) {})
	if err != nil {
		return nil, r.stuck(instance, err, now)
	}
	r.Say("Rolled back: %s", now)
	return r.Store.Load(instance)
}

// Known is what the journal says of an instance, or else its copy, or else the labels.
func (r *Runner) Known(ctx context.Context, instance string) (*journal.Record, error) {
	record, err := r.Journal(ctx, instance)
	var damaged *journal.DamagedError
	var newer *journal.NewerError
	switch {
	case errors.As(err, &newer):
		return nil, &journal.RefusedError{Reason: message.Say("%v", newer), Hint: message.Say("use that safeport version, or another --state-dir")}
	case errors.As(err, &damaged):
		kept, setAside := r.Store.SetAside(instance)
		if setAside != nil {
			return nil, errors.Join(err, setAside)
		}
		if record != nil {
			r.Say("warning: %v. Kept as %s; using its copy", damaged, kept)
			return record, r.Store.Save(record)
		}
		r.Say("warning: %v. Kept as %s; reading the containers instead", damaged, kept)
	case err != nil || record != nil:
		return record, err
	}
	if record, err = r.Engine.Reconstruct(ctx, r.Store, instance); err != nil || record == nil {
		return nil, err
	}
	r.Say("No journal for %s. Read revision %d from container labels", instance, record.Known())
	return record, r.Store.Save(record)
}

// finish brings a change to its end whose new release serves, or may serve yet. It is false for one that is to be undone.
func (r *Runner) finish(ctx context.Context, record *journal.Record) (bool, error) {
	p := record.Pending
	from, to := record.Release(p.From), record.Release(p.To)
	if err := r.complete(ctx, record, to); err != nil {
		return false, err
	}
	was, err := r.Engine.LookAt(ctx, from, p.Since)
	if err != nil {
		return false, err
	}
	leaving, coming := record.Apart()
	if p.Action == journal.Rollback && len(coming.Containers) == 0 { // the other one has all of it, and more
		coming = to
	}
	is, err := r.Engine.LookAt(ctx, coming, p.Since)
	if err != nil {
		return false, err
	}
	left, err := r.Engine.LookAt(ctx, leaving, p.Since)
	if err != nil {
		return false, err
	}
	lost := from != nil && !was.All // there is no way back
	answered := p.Step == journal.StepSoak || p.Step == journal.StepCommit
	reached := answered || p.Step == journal.StepStart || p.Step == journal.StepWait
	switch {
	case lost && !is.Any:
		return true, r.giveUp(ctx, record, was)
	case lost:
		r.Say("warning: revision %d is gone, so rollback isn't possible", p.From)
	case p.Undoing, !reached, !is.Any:
		return false, nil
	case !is.Since && !answered:
		return false, nil
	}
	fine := r.Engine.Serves(ctx, to) == nil && r.Engine.Watch(ctx, to) == nil
	if !fine {
		r.Say("An earlier run was interrupted (%s). Waiting for revision %d to become healthy", p, to.Number)
		if err := r.awaken(ctx, to, is); err != nil {
			if !lost && !answered {
				r.Say("revision %d isn't healthy: %v", to.Number, err)
				return false, nil
			}
			r.Say("warning: revision %d isn't healthy: %v", to.Number, err)
			if lost {
				r.Say("warning: it is kept with its data, because nothing can replace it")
			} else {
				r.Say("warning: it is kept with its data, because it was in use. To roll back: %q", r.Command(journal.Rollback, message.Quote(record.Instance)+" --restore"))
			}
		}
	} else {
		r.Say("An earlier run was interrupted (%s). Revision %d is running and was kept", p, to.Number)
	}
	if lost && !left.Any {
		record.Drop(p.From)
		p.From = journal.None
	}
	if err := r.Store.Commit(record); err != nil {
		return false, err
	}
	return true, r.prune(ctx, record)
}

// complete adds the containers of a release whose maker was killed before it wrote them down.
func (r *Runner) complete(ctx context.Context, record *journal.Record, to *journal.Release) error {
	if to == nil || to.Adopted || len(to.Containers) > len(to.Kept()) {
		return nil
	}
	list, err := r.Engine.Whole(ctx, record.Instance, to.Number)
	if err == nil && len(list) > 0 {
		to.Containers = list
	}
	return err
}

// awaken starts a release that is to be kept, and waits until it serves. One that has run without an end for longer than it may
// take has had its time.
func (r *Runner) awaken(ctx context.Context, to *journal.Release, is engine.Looked) error {
	if !is.Running {
		if err := r.Engine.Promote(ctx, to); err != nil {
			return err
		}
	}
	if err := r.Engine.Start(ctx, to); err != nil {
		return err
	}
	waited := *to
	if is.Long {
		waited.Ready.Within = min(waited.Ready.Within, lastChance)
	}
	return r.long(func() error { return r.Engine.Wait(ctx, &waited) })
}

// lastChance is how long is waited for a release that has had its time.
const lastChance = 10 * time.Second

// giveUp ends a change both of whose releases somebody else has removed, or so much of them that neither can serve.
func (r *Runner) giveUp(ctx context.Context, record *journal.Record, was engine.Looked) error {
	p := record.Pending
	r.Say("warning: an earlier run was interrupted (%s), and the containers of both revisions are gone. Volumes were kept", p)
	record.Pending = nil
	record.Drop(p.To)
	if was.Any {
		record.Current = p.From
		return r.Store.Save(record)
	}
	if err := r.Engine.RemoveNetworks(ctx, record.Instance, r.Say); err != nil {
		return err
	}
	return r.Store.Remove(record.Instance)
}

// forget drops the releases whose containers somebody else has removed: there is no way back to them. The record is nil if none is left.
func (r *Runner) forget(ctx context.Context, record *journal.Record) (*journal.Record, error) {
	left := false
	for _, x := range slices.Clone(record.Releases) {
		l, err := r.Engine.LookAt(ctx, &x, time.Time{})
		if err != nil {
			return nil, err
		}
		left = left || l.Any
		if x.Number == record.Current {
			continue
		}
		if alone := x.Without(record.Release(record.Current)); len(alone.Containers) > 0 {
			if l, err = r.Engine.LookAt(ctx, alone, time.Time{}); err != nil {
				return nil, err
			}
		}
		if l.Any {
			continue
		}
		record.Drop(x.Number)
		if record.Before == x.Number {
			record.Before = journal.None
			r.Say("warning: revision %d is gone, so rollback isn't possible", x.Number)
		}
		if err := r.Store.Save(record); err != nil {
			return nil, err
		}
	}
	if left {
		return record, nil
	}
	var err error
	if r.Orphans, err = r.orphans(ctx, record.Release(record.Current)); err != nil {
		return nil, err
	}
	if len(r.Orphans) > 0 {
		r.Say("warning: the containers of %s are gone. Its data is in %s", record.Instance, strings.Join(r.Orphans, ", "))
	} else {
		r.Say("warning: the containers of %s are gone. Volumes were kept", record.Instance)
	}
	if err := r.Engine.RemoveNetworks(ctx, record.Instance, r.Say); err != nil {
		return nil, err
	}
	if len(r.Orphans) > 0 {
		return nil, nil // nothing else says whose they are
	}
	return nil, r.Store.Remove(record.Instance)
}

// Foresee is forget for a dry run, which writes nothing: the record, or nil if all its containers are gone.
func (r *Runner) Foresee(ctx context.Context, record *journal.Record) (*journal.Record, error) {
	for _, x := range record.Releases {
		if l, err := r.Engine.LookAt(ctx, &x, time.Time{}); err != nil || l.Any {
			return record, err
		}
	}
	var err error
	r.Orphans, err = r.orphans(ctx, record.Release(record.Current))
	return nil, err
}

// orphans are the volumes of a release that are there. It may have had those of a container that was started by hand, and they no label
// that would say whose they are.
func (r *Runner) orphans(ctx context.Context, x *journal.Release) (names []string, err error) {
	if x == nil {
		return nil, nil
	}
	used, err := desired.VolumesOf(ctx, x)
	if err != nil {
		return nil, err
	}
	for _, name := range used {
		there, err := r.Engine.HasVolume(ctx, name)
		if err != nil {
			return nil, err
		}
		if there {
			names = append(names, name)
		}
	}
	return names, nil
}
