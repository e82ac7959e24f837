package release

import (
	"context"
	"os"
	"path/filepath"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/desired"
	"github.com/safeport/safeport/internal/release/journal"
)

// applied is a question about what was made of the user's Compose files when a release was made: they may be other files by
// now, or gone. The question is left as it is for a built-in service, and for what was started by hand.
func applied(ctx context.Context, r *journal.Record, x *journal.Release, q safeport.Request) (safeport.Request, error) {
	if len(r.Files) == 0 || x == nil || x.Compose == "" {
		return q, nil
	}
	p, err := desired.Made(ctx, x, r)
	if err != nil {
		return q, err
	}
	p.Name = r.Service // by which its containers are known
	text, err := desired.PlainText(p)
	if err != nil {
		return q, message.Errorf("writing the project of revision %d: %w", x.Number, err)
	}
	q.Services, q.Files, q.Stdin = nil, []string{"-"}, append(text, x.Section...)
	q.Profiles, q.EnvFiles, q.Project, q.Instance = nil, nil, r.Service, r.Instance
	q.Directory = r.Files[0] // by which the project's containers are known
	if info, err := os.Stat(q.Directory); err != nil || !info.IsDir() {
		q.Directory = filepath.Dir(q.Directory)
	}
	return q, nil
}

// define finds the definition in what the user names. Where that is only to be looked at, or to be left, and the Compose
// files are gone, what was applied is enough.
func (s *Session) define(ctx context.Context, orApplied bool) (err error) {
	if s.definition, err = definition(ctx, s.Question); err == nil {
		return nil
	}
	if orApplied && s.Question.Instance != "" {
		if record := s.told(ctx); record != nil {
			q, cannot := applied(ctx, record, inJournal(record), s.Question)
			if d, cannotEither := definition(ctx, q); cannot == nil && cannotEither == nil {
				s.Question, s.definition = q, d
				return nil
			}
		}
	}
	return &safeport.UsageError{Err: s.hintAtFiles(err)}
}

// hintAtFiles adds to the error of an installation whose files are gone how it goes on.
func (s *Session) hintAtFiles(err error) error {
	record, _ := s.Store.Load(s.Question.Instance)
	if s.Question.Instance == "" || record == nil || !filesGone(record) {
		return err
	}
	words := "PATH -p " + message.Quote(record.Service)
	if record.Instance != record.Service {
		words += " --name " + message.Quote(record.Instance)
	}
	return message.Errorf("%w. If the project was moved, run: %s. Status, rollback and uninstall don't need its files", err, s.Command(journal.Upgrade, words))
}

// told is what is known of the instance that is asked for, before it is known of what it is; nil: nothing, or it can't be told.
func (s *Session) told(ctx context.Context) *journal.Record {
	record, err := Told(ctx, s.Engine, s.Store, s.Question.Instance)
	if err != nil {
		return nil
	}
	return record
}

// inJournal is the release that serves, or else the one that a first installation has begun to make.
func inJournal(r *journal.Record) *journal.Release {
	if current := r.Release(r.Current); current != nil || r.Pending == nil {
		return current
	}
	return r.Release(r.Pending.To)
}
