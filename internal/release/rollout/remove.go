package rollout

import (
	"context"
	"slices"
	"time"

	"github.com/safeport/safeport/internal/release/journal"
)

// Uninstall removes an instance: its containers of all releases and its networks. Its volumes stay, unless purge is said;
// those that were there before safeport are never removed.
func (r *Runner) Uninstall(ctx context.Context, record *journal.Record, purge bool) error {
	unnamed, err := r.Unnamed(ctx, record)
	if err != nil {
		return &journal.NotBegunError{Err: err}
	}
	if record.Pending != nil { // an earlier run had removed some of their containers
		unnamed = append(unnamed, record.Pending.Unnamed...)
		slices.Sort(unnamed)
		unnamed = slices.Compact(unnamed)
	}
	record.Pending = &journal.Pending{Action: journal.Uninstall, From: record.Current, To: journal.None, Step: journal.StepStop, Since: time.Now().UTC(), Purge: purge, Unnamed: unnamed}
	if err := r.Store.Save(record); err != nil {
		return &journal.NotBegunError{Err: err}
	}
	return r.Engine.Guarded(ctx, func(ctx context.Context) error { return r.remove(ctx, record) })
}

// Unnamed are the volumes without a name that the instance's containers have, but for those that were there before safeport.
func (r *Runner) Unnamed(ctx context.Context, record *journal.Record) ([]string, error) {
	list, err := r.Engine.EveryContainer(ctx, record.Instance)
	if err != nil {
		return nil, err
	}
	names, err := r.Engine.Anonymous(ctx, list)
	return slices.DeleteFunc(names, func(name string) bool { return slices.Contains(record.Others, name) }), err
}

// remove does what an uninstallation that was begun has to do. It can be broken off and done again.
func (r *Runner) remove(ctx context.Context, record *journal.Record) error {
	current := record.Release(record.Current)
	for _, x := range record.Releases {
		r.Say("Stopping revision %d", x.Number)
		if !x.Adopted { // also those that a crash kept out of the journal
			labelled, err := r.Engine.Containers(ctx, record.Instance, x.Number)
			if err != nil {
				return err
			}
			x.Containers = slices.Concat(x.Kept(), labelled)
		}
		x = *x.Without(current) // those of the one that serves are stopped in their own order
		if err := r.Engine.Stop(ctx, &x); err != nil {
			return err
		}
	}
	record.Pending.Step = journal.StepRemove
	if err := r.Store.Save(record); err != nil {
		return err
	}
	for _, x := range record.Releases {
		r.Say("Removing revision %d", x.Number)
		if err := r.Engine.RemoveRelease(ctx, record, &x); err != nil {
			return err
		}
	}
	// What the engine was still making when a run was killed is in no journal.
	if err := r.Engine.Sweep(ctx, &journal.Record{Instance: record.Instance}); err != nil {
		return err
	}
	if err := r.Engine.RemoveNetworks(ctx, record.Instance, r.Say); err != nil {
		return err
	}
	if record.Pending.Purge {
		if err := r.purge(ctx, record); err != nil {
			return err
		}
	}
	if err := r.Store.RemoveHalves(record.Instance); err != nil {
		return err
	}
	return r.Store.Forget(record.Instance)
}

// purge removes the data. The journal goes last: until then it says what was begun.
func (r *Runner) purge(ctx context.Context, record *journal.Record) error {
	record.Pending.Step = journal.StepPurge
	if err := r.Store.Save(record); err != nil {
		return err
	}
	volumes, err := r.Engine.Volumes(ctx, record.Instance)
	if err != nil {
		return err
	}
	for _, name := range volumes {
		r.Say("Removing volume %s", name)
		if err := r.Engine.RemoveVolume(ctx, name); err != nil {
			return err
		}
	}
	for _, name := range record.Pending.Unnamed {
		r.Say("Removing volume %s", name)
		if err := r.Engine.RemoveUnused(ctx, name); err != nil {
			return err
		}
	}
	return r.Store.RemoveBackups(record.Instance)
}
