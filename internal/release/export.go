package release

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"github.com/safeport/safeport/internal/facts"
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
	if err := s.ofItsName(ctx, found.Name); err != nil {
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
	if r == nil || r.Compose == "" || r.Adopted {
		refused := &journal.RefusedError{Reason: message.Say("%s has no revision created by safeport", found.Name)}
		if r != nil && r.Project != "" {
			refused.Hint = message.Say("it runs as Compose created it, from %s", strings.Join(s.definition.Location.Files, ", "))
		}
		return nil, refused
	}
	p, err := desired.Made(ctx, r, record)
	if err != nil {
		return nil, err
	}
	if err := s.warnOfTags(ctx, r, found.Containers); err != nil {
		return nil, err
	}
	s.warnOfVariables(p)
	for key, v := range p.Volumes {
		p.Volumes[key] = types.VolumeConfig{Name: v.Name, External: true} // Compose would warn that it did not make them
	}
	for name, service := range p.Services { // what only safeport reads
		service.Extensions = nil
		for i := range service.Ports {
			service.Ports[i].Extensions = nil
		}
		p.Services[name] = service
	}
	p.Extensions = nil
	return desired.PlainText(p)
}

// warnOfTags tells of images that the exported file calls by a name that means another one by now.
func (s *Session) warnOfTags(ctx context.Context, r *journal.Release, containers []facts.Container) error {
	serving, err := s.Engine.Serving(ctx, r, containers, "")
	if err != nil {
		return err
	}
	moved := map[string]string{}
	for _, c := range serving {
		if c.ImageMoved {
			moved[c.Inspect.Config.Image] = c.Inspect.Image
		}
	}
	for _, name := range slices.Sorted(maps.Keys(moved)) {
		s.Say("warning: %s is another image now. The one that runs is %s", name, moved[name])
	}
	return nil
}

// warnOfVariables names what the exported file does not hold: the values of secrets and configs that come from the environment.
func (s *Session) warnOfVariables(p *types.Project) {
	var names []string
	for _, secret := range p.Secrets {
		names = append(names, secret.Environment)
	}
	for _, config := range p.Configs {
		names = append(names, config.Environment)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if name != "" {
			s.Say("warning: the file needs the variable %s, which isn't exported", message.Clean(name))
		}
	}
}
