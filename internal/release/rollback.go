package release

import (
	"context"
	"errors"
	"slices"

	"safeport/internal/message"
)

// Rollback goes back to the release before.
func (s *Session) Rollback(ctx context.Context) (*Outcome, error) {
	sc, err := s.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer sc.close()
	if sc.record == nil || sc.record.Previous() == nil {
		return nil, &RefusedError{Reason: message.Say("%s has no release to go back to", sc.found.Name)}
	}
	to := sc.record.Previous()
	if s.Wait > 0 {
		to.Ready.Within = s.Wait
	}
	s.ask(sc, to.Settings, to.ConfigFile)
	report, err := check(ctx, sc.asked)
	if err != nil {
		return nil, err
	}
	data, err := s.chooseWayBack(ctx, sc.record, to)
	if err != nil {
		return nil, err
	}
	if s.DryRun {
		p := s.pending(sc.record, Rollback, to.Number, sc.running())
		p.Restore = data.name()
		o := s.outcome(ctx, Rollback, Planned, sc)
		o.Steps, o.Report, o.Image = plan(p, sc.record.Release(sc.record.Current), to), report, to.Image
		return o, nil
	}
	done, err := s.Back(ctx, sc.record, to.Number, sc.running(), data)
	if err != nil {
		return nil, s.hintAtData(err, to, sc.found.Name)
	}
	o := s.serves(s.outcome(ctx, Rollback, Done, sc), done)
	o.Report = report
	return o, nil
}

// hintAtData adds to a rollback that failed that the data of that time is there too, if it was not asked for.
func (s *Session) hintAtData(err error, to *Release, name string) error {
	var failed *FailedError
	if s.Restore || !errors.As(err, &failed) {
		return err
	}
	list, cannot := s.Store.Backups(name)
	if cannot == nil && slices.ContainsFunc(list, func(b Backup) bool { return b.of(to) }) {
		failed.Hint = message.Say("\"safeport rollback %s --restore\" goes back to the data of that time too", message.Quote(name))
	}
	return err
}
