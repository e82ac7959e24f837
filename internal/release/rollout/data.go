package rollout

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/docker/go-units"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/backup"
	"github.com/safeport/safeport/internal/release/journal"
)

// backup copies the data of the old release, which is stopped. Everything is written under another name, synced, and read
// back from the disk, before the backup gets its own.
func (c *rollout) backup(ctx context.Context) error {
	name := c.record.Pending.Backup
	b := &journal.Backup{
		Schema: journal.BackupSchema, Instance: c.record.Instance, Release: c.from.Number, Version: c.from.Version, Created: c.record.Pending.Since,
		Dir: c.Store.BackupDir(name) + journal.Unfinished,
	}
	if err := c.copyAll(ctx, b, name, c.Copies); err != nil {
		return err
	}
	c.Say("Backed up %s to %s (%s)", units.HumanSize(float64(b.Size())), b.Dir, units.HumanSize(float64(b.Stored())))
	return nil
}

// copyAll makes a backup of the parts, whose directory has its name when all of it is on the disk.
func (r *Runner) copyAll(ctx context.Context, b *journal.Backup, name string, list []journal.Copy) error {
	if err := os.MkdirAll(b.Dir, 0o700); err != nil {
		return message.Errorf("creating the backup directory: %w", err)
	}
	var total int64
	for _, s := range list {
		total += s.Size
	}
	copied := r.Progress.Counted(name, total)
	for i, s := range list {
		p := journal.Part{Container: s.Container, Path: s.Path, File: fmt.Sprintf("%d.tar.zst", i+1)}
		err := backup.CopyOut(ctx, r.Engine, &p, filepath.Join(b.Dir, p.File), copied)
		if err == nil {
			err = backup.VerifyPart(ctx, b, p)
		}
		if err != nil {
			return message.Errorf("copying %s: %w", s.Path, err)
		}
		b.Parts = append(b.Parts, p)
	}
	if err := backup.FinishBackup(b, r.Store.BackupDir(name)); err != nil {
		return message.Errorf("writing the backup: %w", err)
	}
	return nil
}

// restore puts the data of the backup that was asked for into the containers it was taken from.
func (c *rollout) restore(ctx context.Context) error {
	b, err := c.Store.Backup(c.record.Pending.Restore)
	if err == nil && b == nil {
		err = message.Errorf("backup %s is gone", c.record.Pending.Restore)
	}
	if err != nil {
		return err
	}
	return backup.PutData(ctx, c.Engine, b, c.Progress)
}
