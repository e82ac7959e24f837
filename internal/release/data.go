package release

import (
	"context"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/report"
)

// ofOthers refuses to give a service the data of another one. Files in which two volumes were mixed up say so as plainly as files in which
// that is meant.
func (s *Session) ofOthers(sc *scene) error {
	given := sc.target.Exchanged(sc.serving)
	if len(given) == 0 || slices.Contains(s.Question.Ignore, string(report.VolumeShared)) {
		return nil
	}
	return &journal.RefusedError{
		Reason: message.Say("service %s would get volume %s, which has the data of service %s", given[0].To, given[0].Volume, given[0].From),
		Hint:   message.Say("to confirm, add %s", "--ignore volume-shared"),
	}
}

// tellOfData tells which volumes are left, what a service gets in the place of one, and what of the files is not applied to those that are there.
func (s *Session) tellOfData(ctx context.Context, sc *scene, before *journal.Release) error {
	for _, left := range sc.target.Leaves(sc.serving) {
		there := true
		if left.IsVolume {
			var err error
			if there, err = s.Engine.HasVolume(ctx, left.To); err != nil {
				return err
			}
		}
		switch {
		case left.To == "":
			s.Say("warning: volume %s isn't used any more. It is kept", left.Volume)
		case !there:
			s.Say("warning: service %s gets the new, empty volume %s at %s. Its previous data stays in %s", left.Service, left.To, left.Path, left.Volume)
		default:
			s.Say("warning: service %s gets %s at %s. Its previous data stays in %s", left.Service, left.To, left.Path, left.Volume)
		}
	}
	if before == nil {
		return nil
	}
	volumes, networks := sc.target.Unapplied(before)
	if len(volumes) > 0 {
		s.Say("warning: options of existing volumes can't be changed, so those in the file aren't applied: %s", strings.Join(volumes, ", "))
	}
	if len(networks) > 0 {
		s.Say("warning: options of existing networks aren't changed by an upgrade: %s. To apply them, uninstall (data is kept) and install", strings.Join(networks, ", "))
	}
	return nil
}
