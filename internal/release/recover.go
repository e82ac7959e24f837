package release

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/safeport/safeport/internal/message"
)

// Recover heals what an earlier run left behind, and says what it did. A change whose new release serves, or has served, is
// finished: it may have taken data since. One whose new release was started is given the time to serve; any other is undone. A damaged journal is kept
// under another name, and what it said is read from its copy or off the labels of the containers. The record is nil when nothing
// of the instance is known.
func (r *Runner) Recover(ctx context.Context, instance string) (*Record, error) {
	record, err := r.known(ctx, instance)
	if err != nil || record == nil {
		return nil, err
	}
	p := record.Pending
	if p == nil {
		if record, err = r.forget(ctx, record); err != nil || record == nil {
			return nil, err
		}
		return record, errors.Join(r.prune(ctx, record), r.Engine.sweep(ctx, record))
	}
	if p.Action == Uninstall {
		r.Say("an earlier run did not come to its end (%s); finishing it", p)
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
	}); err != nil {
		return nil, stuck(instance, err, r.standing(ctx, record))
	}
	if finished {
		return r.Store.Load(instance)
	}
	if !p.Undoing {
		r.Say("an earlier run did not come to its end (%s); undoing it", p)
	} else {
		r.Say("an earlier run did not come to its end (%s); going on to undo it", p)
	}
	now, err := r.mend(ctx, record, func(context.Context) {})
	if err != nil {
		return nil, stuck(instance, err, now)
	}
	r.Say("undone: %s", now)
	return r.Store.Load(instance)
}

// known is what the journal says of an instance, or else its copy, or else the labels.
func (r *Runner) known(ctx context.Context, instance string) (*Record, error) {
	record, err := r.journal(ctx, instance)
	var damaged *DamagedError
	var newer *NewerError
	switch {
	case errors.As(err, &newer):
		return nil, &RefusedError{Reason: message.Say("%v", newer), Hint: message.Say("use that safeport, or name another --state-dir")}
	case errors.As(err, &damaged):
		kept, setAside := r.Store.SetAside(instance)
		if setAside != nil {
			return nil, errors.Join(err, setAside)
		}
		if record != nil {
			r.Say("warning: %v; it is kept as %s, and its copy is used", damaged, kept)
			return record, r.Store.Save(record)
		}
		r.Say("warning: %v; it is kept as %s, and what it said is read off the containers", damaged, kept)
	case err != nil || record != nil:
		return record, err
	}
	if record, err = r.Engine.reconstruct(ctx, r.Store, instance); err != nil || record == nil {
		return nil, err
	}
	r.Say("the journal of %s is not there; release %d is known by its labels", instance, record.known())
	return record, r.Store.Save(record)
}

// known is the number of the newest release that is known.
func (r *Record) known() int { return r.Releases[len(r.Releases)-1].Number }

// looked is what is left of a release.
type looked struct {
	any     bool // one of its containers is there
	all     bool // all of them are
	since   bool // one of them was started in the time of the change
	long    bool // one of them has run without an end for longer than the release may take
	running bool
}

func (e *Engine) lookAt(ctx context.Context, x *Release, since time.Time) (l looked, err error) {
	if x == nil {
		return l, nil
	}
	l.all = len(x.Containers) > 0
	for _, c := range x.Containers {
		s, ok, err := e.inspect(ctx, c.ID)
		if err != nil {
			return l, err
		}
		l.any, l.all = l.any || ok, l.all && ok
		if !ok {
			continue
		}
		if at, err := time.Parse(time.RFC3339Nano, s.State.StartedAt); err == nil && wasStarted(s.State.StartedAt) {
			l.since = l.since || at.After(since)
			l.long = l.long || s.State.Running && time.Since(at) > x.Ready.Within
		}
		l.running = l.running || s.State.Running
	}
	return l, nil
}

// finish brings a change to its end whose new release serves, or may serve yet. It is false for one that is to be undone.
func (r *Runner) finish(ctx context.Context, record *Record) (bool, error) {
	p := record.Pending
	from, to := record.Release(p.From), record.Release(p.To)
	if err := r.complete(ctx, record, to); err != nil {
		return false, err
	}
	was, err := r.Engine.lookAt(ctx, from, p.Since)
	if err != nil {
		return false, err
	}
	is, err := r.Engine.lookAt(ctx, to, p.Since)
	if err != nil {
		return false, err
	}
	lost := from != nil && !was.all // there is no way back
	answered := p.Step == StepSoak || p.Step == StepCommit
	reached := answered || p.Step == StepStart || p.Step == StepWait
	switch {
	case lost && !is.any:
		return true, r.giveUp(ctx, record, was)
	case lost:
		r.Say("warning: release %d is gone, so that there is no way back to it", p.From)
	case p.Undoing, !reached, !is.any:
		return false, nil
	case !is.since && !answered:
		return false, nil
	}
	fine := r.Engine.serves(ctx, to) == nil && r.Engine.watch(ctx, to) == nil
	if !fine {
		r.Say("an earlier run did not come to its end (%s); release %d does not serve now, and is given the time to", p, to.Number)
		if err := r.awaken(ctx, record, to, is); err != nil {
			if !lost && !answered {
				r.Say("release %d does not serve: %v", to.Number, err)
				return false, nil
			}
			r.Say("warning: release %d does not serve: %v", to.Number, err)
			r.Say("warning: it has served, or nothing is there in its place: it is kept, and so is its data; %q goes back to the release before", "safeport rollback "+message.Quote(record.Instance)+" --restore")
		}
	} else {
		r.Say("an earlier run did not come to its end (%s); release %d serves, and is kept", p, to.Number)
	}
	if lost && !was.any {
		record.drop(p.From)
		p.From = None
	}
	if err := r.Store.commit(record); err != nil {
		return false, err
	}
	return true, r.prune(ctx, record)
}

// complete adds the containers of a release whose maker was killed before it wrote them down.
func (r *Runner) complete(ctx context.Context, record *Record, to *Release) error {
	if to == nil || to.Adopted || len(to.Containers) > 0 {
		return nil
	}
	list, err := r.Engine.containers(ctx, record.Instance, to.Number)
	to.Containers = list
	return err
}

// awaken starts a release that is to be kept, and waits until it serves. One that has run without an end for longer than it may
// take has had its time.
func (r *Runner) awaken(ctx context.Context, record *Record, to *Release, is looked) error {
	if !is.running {
		if err := r.Engine.promote(ctx, to); err != nil {
			return err
		}
	}
	if err := r.Engine.start(ctx, record.Instance, to); err != nil {
		return err
	}
	waited := *to
	if is.long {
		waited.Ready.Within = min(waited.Ready.Within, lastChance)
	}
	return r.long(func() error { return r.Engine.wait(ctx, &waited) })
}

// lastChance is how long is waited for a release that has had its time.
const lastChance = 10 * time.Second

// giveUp ends a change both of whose releases somebody else has removed, or so much of them that neither can serve.
func (r *Runner) giveUp(ctx context.Context, record *Record, was looked) error {
	p := record.Pending
	r.Say("warning: an earlier run did not come to its end (%s), and the containers of both releases are gone; what is in the volumes is kept", p)
	record.Pending = nil
	record.drop(p.To)
	if was.any {
		record.Current = p.From
		return r.Store.Save(record)
	}
	if err := r.Engine.removeNetworks(ctx, record.Instance); err != nil {
		return err
	}
	return r.Store.Remove(record.Instance)
}

// forget drops the releases whose containers somebody else has removed: there is no way back to them. The record is nil if none is left.
func (r *Runner) forget(ctx context.Context, record *Record) (*Record, error) {
	left := false
	for _, x := range slices.Clone(record.Releases) {
		l, err := r.Engine.lookAt(ctx, &x, time.Time{})
		if err != nil {
			return nil, err
		}
		left = left || l.any
		if l.any || x.Number == record.Current {
			continue
		}
		record.drop(x.Number)
		if record.Before == x.Number {
			record.Before = None
			r.Say("warning: release %d is gone, so that there is no way back to it", x.Number)
		}
		if err := r.Store.Save(record); err != nil {
			return nil, err
		}
	}
	if left {
		return record, nil
	}
	r.Say("warning: the containers of %s are gone; what is in its volumes is kept", record.Instance)
	if err := r.Engine.removeNetworks(ctx, record.Instance); err != nil {
		return nil, err
	}
	return nil, r.Store.Remove(record.Instance)
}
