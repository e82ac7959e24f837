package release

import (
	"context"

	"github.com/safeport/safeport/internal/instance"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
)

// Install installs the instance. One that is there already is left alone: to change it is Upgrade's. A container that was
// made and never ran, as a failed "docker run" leaves one, is taken for what it says and replaced.
func (s *Session) Install(ctx context.Context) (*Outcome, error) {
	sc, err := s.enter(ctx, false, s.Recover)
	if err != nil {
		return nil, err
	}
	defer sc.close()
	if sc.heal != nil {
		return s.foretold(ctx, journal.Install, sc), nil
	}
	if err := s.aim(ctx, sc); err != nil {
		return nil, err
	}
	if sc.found.Situation == instance.Upgrade || sc.found.Situation == instance.Reinstall {
		return s.installed(ctx, sc)
	}
	if err := s.Engine.Prerequisites(ctx, sc.target.Project); err != nil {
		return nil, err
	}
	o, err := s.apply(ctx, sc, journal.Install)
	return o, notBegun(err)
}

// installed answers an installation of what is there.
func (s *Session) installed(ctx context.Context, sc *scene) (*Outcome, error) {
	if differences := sc.target.Differs(sc.serving); len(differences) > 0 {
		return nil, &journal.RefusedError{
			Reason: message.Say("%s is already installed with a different %s", sc.found.Name, differences),
			Hint:   message.Say("to change it and keep its data, run \"safeport upgrade %s\" with the same flags", message.Quote(sc.found.Name)),
		}
	}
	if !sc.running() {
		return nil, &journal.RefusedError{
			Reason: message.Say("%s is already installed, but stopped", sc.found.Name),
			Hint:   message.Say("%s", s.Engine.Command+" start "+message.Quote(sc.serving[0].Claim.Name)),
		}
	}
	return s.unchanged(ctx, journal.Install, sc), nil
}
