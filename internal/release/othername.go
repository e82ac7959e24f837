package release

import (
	"context"
	"slices"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
)

// ofItsName refuses to make or change an installation by the name of another service's. It would take the place of that one's containers,
// and remove its data when it is uninstalled.
func (s *Session) ofItsName(ctx context.Context, instance string) error {
	var services []string
	if record, err := s.Store.Load(instance); err == nil && record != nil {
		services = []string{record.Service}
	} else if services, err = s.Engine.ServicesOf(ctx, instance); err != nil { // its containers, or the data that was kept
		return err
	}
	if len(services) == 0 || slices.Contains(services, s.definition.Name) {
		return nil
	}
	refused := &journal.RefusedError{
		Reason: message.Say("the name %s belongs to an installation of %s, not of %s", instance, services[0], s.definition.Name),
		Hint:   message.Say("choose another name with --name NAME"),
	}
	if len(s.Question.Files) > 0 {
		refused.Hint = message.Say("choose another name with --name NAME. If it is the same project, renamed, add -p %s", message.Quote(services[0]))
	}
	return refused
}
