package release

import (
	"context"
	"strings"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
)

// startable refuses to go back to a release that is on a network, or mounts a file, which is gone. What serves would be stopped for it, and could
// not be started again either if it mounts the same.
func (s *Session) startable(ctx context.Context, to, current *journal.Release) error {
	alone := to.Without(current)
	networks, err := s.Engine.MissingNetworks(ctx, alone)
	if err != nil {
		return err
	}
	if len(networks) > 0 {
		return &journal.RefusedError{Reason: message.Say("can't roll back to revision %d: network %s, which its containers are on, was removed", to.Number, strings.Join(networks, ", "))}
	}
	missing, err := s.Engine.Missing(ctx, alone)
	if err != nil || len(missing) == 0 {
		return err
	}
	return &journal.RefusedError{
		Reason: message.Say("can't roll back to revision %d: it mounts %s, which doesn't exist any more", to.Number, strings.Join(missing, ", ")),
		Hint:   message.Say("restore it as it was, or create it"),
	}
}

// warnOfMounts tells that what serves could not be started again.
func (s *Session) warnOfMounts(ctx context.Context, current *journal.Release) error {
	if current == nil {
		return nil
	}
	missing, err := s.Engine.Missing(ctx, current)
	if err == nil && len(missing) > 0 {
		s.Say("warning: revision %d mounts %s, which doesn't exist any more. It can't be restored if this change fails", current.Number, strings.Join(missing, ", "))
	}
	return err
}
