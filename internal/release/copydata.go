package release

import (
	"context"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/backup"
	"github.com/safeport/safeport/internal/release/journal"
)

// chooseCopies finds what an upgrade has to copy before, and refuses what the disk cannot hold. When nothing is said, the
// data that the definition names is copied if another version comes: only a version changes the format of its data, and
// that a port changes is no reason to keep the users waiting for a copy.
func (s *Session) chooseCopies(ctx context.Context, sc *scene, from *journal.Release) error {
	paths := s.definition.Backup
	switch {
	case from == nil, s.Backup == No:
		return nil
	case s.Backup == Yes && len(paths) == 0:
		return &journal.RefusedError{
			Reason: message.Say("the definition of %s doesn't specify its data", s.definition.Name),
			Hint:   message.Say("set it with the key backup in x-safeport"),
		}
	case s.Backup == Unsaid && !sc.target.OtherImages(from, sc.serving):
		return nil
	}
	err := s.choose(ctx, from, paths)
	if err == nil && s.Backup == Yes && len(s.Copies) == 0 {
		err = &journal.RefusedError{Reason: message.Say("no data to back up in %s", strings.Join(paths, ", "))}
	}
	return err
}

// chooseWayBack finds the backup that a rollback goes back to, and what has to be copied so that it can be undone.
func (s *Session) chooseWayBack(ctx context.Context, record *journal.Record, to *journal.Release) (*journal.Backup, error) {
	if !s.Restore {
		return nil, nil
	}
	list, err := s.Store.Backups(record.Instance)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(b journal.Backup) bool { return !b.Of(to) })
	if len(list) == 0 {
		return nil, &journal.RefusedError{
			Reason: message.Say("no backup of the data of revision %d", to.Number),
			Hint:   message.Say("without --restore, the revision uses the current data"),
		}
	}
	newest := &list[len(list)-1]
	if err := backup.Verify(ctx, newest); err != nil {
		return nil, &journal.RefusedError{Reason: message.Say("the backup of revision %d is damaged: %v", to.Number, err)}
	}
	paths := slices.Clone(s.definition.Backup)
	for _, p := range newest.Parts {
		if !slices.Contains(paths, p.Path) {
			paths = append(paths, p.Path)
		}
	}
	return newest, s.choose(ctx, record.Release(record.Current), paths)
}

func (s *Session) choose(ctx context.Context, from *journal.Release, paths []string) (err error) {
	var leftOut message.Phrases
	if s.Copies, leftOut, err = backup.CopiesOf(ctx, s.Engine, from, paths); err != nil {
		return err
	}
	switch {
	case len(leftOut) > 0 && s.Backup == Yes:
		return &journal.RefusedError{Reason: message.Say("some data can't be backed up: %s", leftOut), Hint: message.Say("to continue without a backup, add --no-backup")}
	case len(leftOut) > 0 && s.Restore: // what is there now would be lost
		return &journal.RefusedError{
			Reason: message.Say("some data can't be backed up: %s", leftOut),
			Hint:   message.Say("without --restore, the revision uses the current data"),
		}
	}
	for _, why := range leftOut {
		s.Say("warning: some data isn't backed up: %s", why)
	}
	return s.Store.Room(s.Copies)
}
