package release

import (
	"context"
	"errors"

	"safeport/internal/message"
)

// Remove uninstalls the instance. confirm is asked for its name and volumes before anything is removed, when data would
// go too; an error of its ends the matter.
func (s *Session) Remove(ctx context.Context, purge bool, confirm func(instance string, volumes []string) error) (*Outcome, error) {
	sc, err := s.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer sc.close()
	o := s.outcome(ctx, Uninstall, Done, sc)
	if sc.record == nil {
		if len(sc.serving) > 0 {
			return nil, &RefusedError{
				Reason: message.Say("%s was not installed by safeport, which does not remove it", sc.found.Name),
				Hint:   message.Say("%s", "docker rm -f "+message.Quote(sc.serving[0].Claim.Name)),
			}
		}
		o.Result = Nothing
		return o, nil
	}
	if s.DryRun {
		o.Result, o.Steps = Planned, plan(&Pending{Action: Uninstall}, sc.record.Release(sc.record.Current), nil)
		return o, nil
	}
	if purge {
		if err := confirm(sc.found.Name, o.Volumes); err != nil {
			return nil, err
		}
	}
	err = s.Uninstall(ctx, sc.record, purge)
	var notBegun *NotBegunError
	switch {
	case errors.As(err, &notBegun):
		return nil, err
	case err != nil:
		return nil, &FailedError{
			Err: err, Undo: message.Errorf("an uninstallation that was begun is not taken back"), Now: message.Say("a part of it is removed"),
		}
	}
	return o, nil
}
