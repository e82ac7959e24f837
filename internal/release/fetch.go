package release

import (
	"context"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/desired"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// fetch gets the images before it is decided what changes, where a registry or an archive may have others by the names of those that run.
// Nothing else is in that case known to be an upgrade, nor which containers can go on running.
func (s *Session) fetch(ctx context.Context, sc *scene) error {
	if s.Fetched || len(sc.serving) == 0 || s.Load == "" && s.Policy != engine.PullAlways {
		return nil
	}
	if s.DryRun {
		s.Say("Images aren't loaded or pulled in a dry run. Another one by the same name would be an upgrade")
		return nil
	}
	to := journal.Release{Image: sc.target.Image, Images: desired.ImagesOf(sc.target.Project)}
	step := to.Fetching()
	s.Progress.Beginning(step)
	if err := s.Fetch(ctx, sc.target.Project); err != nil {
		if ctx.Err() != nil {
			return err
		}
		return &journal.RefusedError{Reason: message.Say("%v", err)}
	}
	s.Progress.Ended(step)
	return s.Engine.LookForMoved(ctx, sc.serving)
}
