package rollout

import (
	"context"
	"slices"
	"time"

	cerrdefs "github.com/containerd/errdefs"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/backup"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// takeBackData gives the old release the data that was copied when it stopped, if the new one may have changed it. An
// undo is as good as its copy: without one, the old release finds what the new one has made of the data.
func (r *Runner) takeBackData(ctx context.Context, record *journal.Record) error {
	p := record.Pending
	if p.Backup == "" || !p.Touched() || p.Returned {
		return nil
	}
	b, err := r.Store.Backup(p.Backup)
	if err == nil && b == nil {
		err = message.Errorf("backup %s is gone", p.Backup)
	}
	if err != nil {
		return err
	}
	if err := r.putAside(ctx, record, b); err != nil {
		return message.Errorf("backing up the current data: %w", err)
	}
	r.Say("Restoring the data of revision %d", p.From)
	if err := r.long(func() error { return backup.PutData(ctx, r.Engine, b, r.Progress) }); err != nil {
		return err
	}
	p.Returned = true
	return r.Store.Save(record)
}

// putAside copies what is at the paths of a backup before it is put back there: a release that is undone may have served, and what it was given
// is in no other place. One that was broken off is not whole and is made anew; a whole one is from before anything was overwritten.
func (r *Runner) putAside(ctx context.Context, record *journal.Record, b *journal.Backup) error {
	p := record.Pending
	if p.Aside == "" {
		p.Aside = journal.BackupName(record.Instance, p.To, time.Now())
		if err := r.Store.Save(record); err != nil {
			return err
		}
	}
	if whole, err := r.Store.Backup(p.Aside); err != nil || whole != nil {
		return err
	}
	kept := &journal.Backup{
		Schema: journal.BackupSchema, Instance: record.Instance, Release: p.To, Created: time.Now().UTC(), Undone: true,
		Dir: r.Store.BackupDir(p.Aside) + journal.Unfinished,
	}
	if to := record.Release(p.To); to != nil {
		kept.Version = to.Version
	}
	var parts []journal.Copy
	for _, part := range b.Parts {
		there, err := backup.IsThere(ctx, r.Engine, part.Container, part.Path)
		if err != nil {
			return err
		}
		if there {
			parts = append(parts, journal.Copy{Container: part.Container, Path: part.Path})
		}
	}
	if err := r.long(func() error { return r.copyAll(ctx, kept, p.Aside, parts) }); err != nil {
		return err
	}
	r.Say("The data of revision %d was kept as %s", p.To, kept.Dir)
	return nil
}

// keepFilled keeps those volumes of a change that are not known to be empty. Their program has never run, but since the change was broken off
// somebody may have run another one on them, as "docker compose up" does.
func (r *Runner) keepFilled(ctx context.Context, p *journal.Pending) {
	if len(p.Volumes) == 0 {
		return
	}
	sizes := r.Engine.Sizes(ctx, p.Volumes)
	p.Volumes = slices.DeleteFunc(p.Volumes, func(name string) bool { return sizes[name] != 0 })
}

// removeNew removes the volumes of the change that are empty because nothing ever ran.
func (r *Runner) removeNew(ctx context.Context, record *journal.Record, to *journal.Release) error {
	ours, err := r.Engine.Volumes(ctx, record.Instance)
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
func (r *Runner) removeUnused(ctx context.Context, record *journal.Record, to *journal.Release, name string) error {
	for began := time.Now(); ; time.Sleep(engine.AskEvery) {
		err := r.Engine.RemoveVolume(ctx, name)
		if !cerrdefs.IsConflict(err) || time.Since(began) > creating {
			return err
		}
		if err := r.takeAway(ctx, record, to); err != nil {
			return err
		}
	}
}
