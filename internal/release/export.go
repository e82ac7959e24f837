package release

import (
	"context"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"

	"github.com/safeport/safeport/internal/message"
)

// readProject reads a project that this package wrote: it is taken word by word.
func readProject(ctx context.Context, text, name string) (*types.Project, error) {
	p, err := loader.LoadWithContext(ctx, types.ConfigDetails{
		ConfigFiles: []types.ConfigFile{{Filename: "compose.yaml", Content: []byte(text)}},
	}, func(o *loader.Options) {
		o.SetProjectName(name, true)
		o.SkipInterpolation, o.SkipNormalization, o.SkipValidation = true, true, true
		o.Profiles = []string{"*"} // what was switched off is not in it
	})
	if err != nil {
		return nil, message.Errorf("reading the project of %s in the journal: %w", name, err)
	}
	return p, nil
}

// Export is the serving release as a plain Compose file, with which its user can leave at any time: "docker compose up"
// makes of it what safeport has made, on the same volumes.
func (s *Session) Export(ctx context.Context) ([]byte, error) {
	if err := s.define(ctx, true); err != nil {
		return nil, err
	}
	found, err := s.Engine.Find(ctx, s.definition, s.Question.Instance)
	if err != nil {
		return nil, err
	}
	record, err := s.Store.Load(found.Name)
	if err != nil {
		return nil, err
	}
	var r *Release
	if record != nil {
		r = record.Release(record.Current)
	}
	if r == nil || r.Compose == "" {
		return nil, &RefusedError{Reason: message.Say("%s has no release that safeport made", found.Name)}
	}
	p, err := made(ctx, r, record)
	if err != nil {
		return nil, err
	}
	for key, v := range p.Volumes {
		p.Volumes[key] = types.VolumeConfig{Name: v.Name, External: true} // Compose would warn that it did not make them
	}
	return plainText(p)
}
