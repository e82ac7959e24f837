package release

import (
	"context"
	"fmt"
)

// Rollback goes back to the release before.
func (s *Session) Rollback(ctx context.Context) (*Outcome, error) {
	sc, err := s.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer sc.close()
	if sc.record == nil || sc.record.Previous() == nil {
		return nil, &RefusedError{Reason: fmt.Sprintf("%s has no release to go back to", sc.found.Name)}
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
	if s.DryRun {
		o := s.outcome(ctx, Rollback, Planned, sc)
		o.Steps, o.Report, o.Image = plan(Rollback, sc.record.Release(sc.record.Current), to), report, to.Image
		return o, nil
	}
	if to, err = s.Back(ctx, sc.record, to.Number, sc.running()); err != nil {
		return nil, err
	}
	o := s.serves(s.outcome(ctx, Rollback, Done, sc), to)
	o.Report = report
	return o, nil
}
