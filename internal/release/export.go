package release

import (
	"context"
	"fmt"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

// Export is the serving release as a plain Compose file, with which its user can leave at any time: "docker compose up"
// makes of it what safeport has made, on the same volumes.
func (s *Session) Export(ctx context.Context) ([]byte, error) {
	var err error
	if s.definition, err = definition(ctx, s.Question); err != nil {
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
		return nil, &RefusedError{Reason: fmt.Sprintf("%s has no release that safeport made", found.Name)}
	}
	p, err := loader.LoadWithContext(ctx, types.ConfigDetails{
		ConfigFiles: []types.ConfigFile{{Filename: "compose.yaml", Content: []byte(r.Compose)}},
	}, func(o *loader.Options) {
		o.SetProjectName(record.Instance, true)
		o.SkipInterpolation, o.SkipNormalization = true, true // it is what was applied, word by word
	})
	if err != nil {
		return nil, fmt.Errorf("reading the project of release %d: %w", r.Number, err)
	}
	for name, service := range p.Services {
		for _, c := range r.Containers {
			if c.Service == name && service.ContainerName != "" {
				service.ContainerName = c.Name
			}
		}
		service.PullPolicy = ""
		p.Services[name] = service
	}
	for key, v := range p.Volumes {
		p.Volumes[key] = types.VolumeConfig{Name: v.Name, External: true} // Compose would warn that it did not make them
	}
	return p.MarshalYAML()
}
