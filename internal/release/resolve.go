package release

import (
	"context"
	"maps"
	"os"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/release/desired"
	"github.com/safeport/safeport/internal/settings"
)

// resolve makes the target of what is wished, and the question about its ports.
func (s *Session) resolve(ctx context.Context, sc *scene) error {
	lookup := s.Question.LookupEnv
	if lookup == nil {
		lookup = os.LookupEnv
	}
	spec := desired.Spec{
		Definition: s.definition, Instance: sc.found.Name, Settings: s.Question.Settings, LookupEnv: lookup,
		ConfigFile: s.Question.ConfigFile, Images: s.Images, Env: s.Env,
	}
	if sc.record != nil {
		if current := sc.record.Release(sc.record.Current); current != nil {
			spec.Kept, spec.Before = maps.Clone(current.Settings), current
			if s.definition.BuiltIn {
				delete(spec.Kept, "version") // its image says it
			}
		}
	}
	t, err := spec.Target(ctx, sc.serving)
	if err != nil {
		return &safeport.UsageError{Err: err}
	}
	if s.Wait > 0 {
		t.Ready.Within, t.WaitSaid = s.Wait, true
	}
	sc.target = t
	asked := maps.Clone(t.Settings)
	for _, d := range s.definition.Settings {
		if v := t.Values[d.Name]; d.Type == settings.Address && v.Applies {
			asked[d.Name] = v.Text // what the check would read off a running container is not what was asked for
		}
	}
	s.ask(sc, asked, t.ConfigFile)
	return nil
}

// ask makes the question about the ports that the settings come to.
func (s *Session) ask(sc *scene, chosen map[string]string, configFile string) {
	sc.asked = s.Question
	sc.asked.Settings, sc.asked.ConfigFile = chosen, configFile
	if sc.found.Name != s.definition.Instance {
		sc.asked.Instance = sc.found.Name
	}
	sc.asked.Engine = s.Engine.Endpoint
	s.Check = func(ctx context.Context) error { _, err := check(ctx, sc.asked); return err }
}
