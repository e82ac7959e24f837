package release

import (
	"context"
	"slices"
	"time"

	cerrdefs "github.com/containerd/errdefs"

	"safeport/internal/message"
)

// takeBackData gives the old release the data that was copied when it stopped, if the new one may have changed it. An
// undo is as good as its copy: without one, the old release finds what the new one has made of the data.
func (r *Runner) takeBackData(ctx context.Context, record *Record) error {
	p := record.Pending
	if p.Backup == "" || !p.touched() || p.Returned {
		return nil
	}
	b, err := r.Store.backup(p.Backup)
	if err == nil && b == nil {
		err = message.Errorf("backup %s is gone", p.Backup)
	}
	if err != nil {
		return err
	}
	r.Say("putting the data back that was copied from release %d", p.From)
	if err := r.long(func() error { return r.Engine.putData(ctx, b, r.Progress) }); err != nil {
		return err
	}
	p.Returned = true
	return r.Store.Save(record)
}

// removeNew removes the volumes of the change that are empty because nothing ever ran.
func (r *Runner) removeNew(ctx context.Context, record *Record, to *Release) error {
	ours, err := r.Engine.volumes(ctx, record.Instance)
	if err != nil {
		return err
	}
	for _, name := range record.Pending.Volumes {
		if !slices.Contains(ours, name) {
			continue // it was not made, or somebody else made it meanwhile
		}
		if err := r.removeUnused(ctx, record, to, name); err != nil {
			return err
		}
	}
	return nil
}

// creating is how long an engine may take to create a container.
const creating = 10 * time.Second

// removeUnused removes a volume. An engine goes on with what a killed run has asked of it: a container may come to be after
// it was looked for, and has its volumes until then (seen with API 1.56).
func (r *Runner) removeUnused(ctx context.Context, record *Record, to *Release, name string) error {
	for began := time.Now(); ; time.Sleep(askEvery) {
		err := r.Engine.removeVolume(ctx, name)
		if !cerrdefs.IsConflict(err) || time.Since(began) > creating {
			return err
		}
		if err := r.takeAway(ctx, record, to); err != nil {
			return err
		}
	}
}
