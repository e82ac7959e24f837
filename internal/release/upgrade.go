package release

import (
	"context"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
)

// Upgrade changes the version, the settings, or both. What is not mentioned stays.
func (s *Session) Upgrade(ctx context.Context) (*Outcome, error) {
	sc, err := s.enter(ctx, false, s.Recover)
	if err != nil {
		return nil, err
	}
	defer sc.close()
	if sc.heal != nil {
		return s.foretold(ctx, journal.Upgrade, sc), nil
	}
	if err := s.unclear(sc, journal.Upgrade); err != nil {
		return nil, err
	}
	if err := s.aim(ctx, sc); err != nil {
		return nil, err
	}
	if len(sc.serving) == 0 {
		if err := s.isNot(ctx, sc, journal.Upgrade); err != nil {
			return nil, err
		}
		return nil, &journal.RefusedError{
			Reason: message.Say("%s is not installed, so it can't be upgraded", sc.found.Name),
			Hint:   message.Say("%s", s.Command(journal.Install, s.words(sc.found.Name))),
		}
	}
	if err := s.unmoved(ctx, sc); err != nil {
		return nil, err
	}
	same := func() bool { return sc.running() && len(sc.target.Differs(sc.serving)) == 0 }
	if same() {
		if err := s.fetch(ctx, sc); err != nil {
			return nil, err
		}
		if same() {
			return s.unchanged(ctx, journal.Upgrade, sc), nil
		}
	}
	if err := s.Engine.Prerequisites(ctx, sc.target.Project); err != nil {
		return nil, err
	}
	o, err := s.apply(ctx, sc, journal.Upgrade)
	return o, notBegun(err)
}
