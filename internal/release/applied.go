package release

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/desired"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/internal/service"
	"github.com/safeport/safeport/internal/service/composefile"
)

// applied is the definition that was made of the user's Compose files when a release was made: they may be other files by now, or
// gone. It is nil for a built-in service, and for what was started by hand.
func applied(ctx context.Context, r *journal.Record, x *journal.Release) (*composefile.Definition, error) {
	if len(r.Files) == 0 || x == nil || x.Compose == "" {
		return nil, nil
	}
	p, err := desired.Made(ctx, x, r)
	if err != nil {
		return nil, err
	}
	p.Name = r.Service // by which its containers are known
	text, err := desired.PlainText(p)
	if err != nil {
		return nil, message.Errorf("writing the project of revision %d: %w", x.Number, err)
	}
	dir := r.Files[0] // by which the project's containers are known
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		dir = filepath.Dir(dir)
	}
	d, err := composefile.Load(ctx, service.Project{
		Files: []string{stdin}, Stdin: append(text, x.Section...), Name: r.Service, Dir: dir, Environ: os.Environ(), Variables: r.Variables,
	})
	return d, usage(err)
}

// definitionOf is the definition that a release was made of.
func (s *Session) definitionOf(ctx context.Context, r *journal.Record, x *journal.Release) (*composefile.Definition, error) {
	if d, err := applied(ctx, r, x); d != nil || err != nil {
		return d, err
	}
	return s.definition, nil
}

// define finds the definition in what the user names. Where that is only to be looked at, or to be left, and the Compose
// files are gone, what was applied is enough.
func (s *Session) define(ctx context.Context, orApplied bool) (err error) {
	s.takeAlong()
	if s.definition, err = definition(ctx, s.Question); err == nil {
		return nil
	}
	if orApplied && s.Question.Instance != "" {
		if record := s.told(ctx); record != nil {
			if d, cannot := applied(ctx, record, inJournal(record)); cannot == nil && d != nil {
				s.Question.Services, s.Question.Files, s.definition = nil, []string{stdin}, d
				return nil
			}
		}
	}
	return usage(s.hintAtFiles(err))
}

// takeAlong gives the question about a project that was moved what the environment of its installation chose. The command that is printed for
// it names the new files, which don't say that: without it, services of a profile would be dropped, and a volume that a variable names be a new one.
func (s *Session) takeAlong() {
	q := &s.Question
	name := cmp.Or(q.Instance, q.Project)
	if len(q.Files) == 0 || name == "" || validName(name) != nil {
		return
	}
	record, _ := s.Store.Load(name)
	if record == nil || record.Service != cmp.Or(q.Project, record.Service) || !filesGone(record) {
		return
	}
	if len(q.Profiles) == 0 && os.Getenv("COMPOSE_PROFILES") == "" {
		q.Profiles = record.Profiles
	}
	if len(q.EnvFiles) == 0 {
		q.EnvFiles = slices.DeleteFunc(slices.Clone(record.EnvFiles), gone)
	}
	if q.Variables == nil {
		q.Variables = record.Variables
	}
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
	return message.Errorf("%w. status, rollback and uninstall don't need its files. If the project was moved, run: %s", err, s.Command(journal.Upgrade, words))
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
