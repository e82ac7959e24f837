package release

import (
	"context"

	"github.com/compose-spec/compose-go/v2/types"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/desired"
	"github.com/safeport/safeport/internal/release/journal"
)

// Export is the serving release as a plain Compose file, with which its user can leave at any time: "docker compose up"
// makes of it what safeport has made, on the same volumes.
func (s *Session) Export(ctx context.Context) ([]byte, error) {
	if err := s.define(ctx, true); err != nil {
		return nil, err
	}
	found, err := s.Engine.Find(ctx, s.definition.Definition, s.Question.Instance)
	if err != nil {
		return nil, err
	}
	record, err := s.Store.Load(found.Name)
	if err != nil {
		return nil, err
	}
	var r *journal.Release
	if record != nil {
		r = record.Release(record.Current)
	}
	if r == nil || r.Compose == "" {
		return nil, &journal.RefusedError{Reason: message.Say("%s has no revision created by safeport", found.Name)}
	}
	p, err := desired.Made(ctx, r, record)
	if err != nil {
		return nil, err
	}
	for key, v := range p.Volumes {
		p.Volumes[key] = types.VolumeConfig{Name: v.Name, External: true} // Compose would warn that it did not make them
	}
	return desired.PlainText(p)
}
