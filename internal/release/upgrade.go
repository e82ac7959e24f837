package release

import (
	"context"

	"github.com/safeport/safeport/internal/message"
)

// Upgrade changes the version, the settings, or both. What is not mentioned stays.
func (s *Session) Upgrade(ctx context.Context) (*Outcome, error) {
	sc, err := s.enter(ctx, false, s.Recover)
	if err != nil {
		return nil, err
	}
	defer sc.close()
	if sc.heal != nil {
		return s.foretold(ctx, Upgrade, sc), nil
	}
	if err := s.aim(ctx, sc); err != nil {
		return nil, err
	}
	if len(sc.found.Ambiguous) == 0 {
		if len(sc.serving) == 0 {
			return nil, &RefusedError{
				Reason: message.Say("there is no %s to upgrade", sc.found.Name),
				Hint:   message.Say("%s", "safeport install "+s.definition.Name),
			}
		}
		if sc.running() && len(sc.target.differs(sc.serving)) == 0 {
			return s.unchanged(ctx, Upgrade, sc), nil
		}
	}
	if err := s.Engine.prerequisites(ctx, sc.target.Project); err != nil {
		return nil, err
	}
	o, err := s.apply(ctx, sc, Upgrade) // which of several is meant, the check asks
	return o, notBegun(err)
}
