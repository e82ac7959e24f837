package release

import (
	"context"
	"slices"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/release/desired"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/internal/settings"
)

// serving are those of the containers that are of the release, or all without one, as the engine tells them now; first
// those of the service that answers: version and settings are read off it.
func (s *Session) serving(ctx context.Context, r *journal.Release, found []facts.Container) ([]engine.Serving, error) {
	list, err := s.Engine.Serving(ctx, r, found, s.definition.Project)
	if err != nil || len(list) < 2 {
		return list, err
	}
	values, _, err := s.definition.Resolve(settings.Sources{})
	if err != nil {
		return nil, &safeport.UsageError{Err: err}
	}
	p, err := s.definition.Compose(ctx, values, s.definition.Instance)
	if err != nil {
		return nil, &safeport.UsageError{Err: err}
	}
	main := desired.MainService(s.definition, p)
	slices.SortStableFunc(list, func(a, b engine.Serving) int {
		switch {
		case a.Service == b.Service:
			return 0
		case a.Service == main:
			return -1
		case b.Service == main:
			return 1
		}
		return 0
	})
	return list, nil
}
