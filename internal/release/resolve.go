package release

import (
	"context"
	"maps"
	"os"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/release/desired"
	"github.com/safeport/safeport/internal/request"
)

// resolve makes the target of what is wished, and with it the question about its ports.
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
	q := s.about(sc.found.Name, s.definition, request.Resolved{Wants: t.Wants, Values: t.Values, Notes: t.Notes})
	q.opts.Settings, q.opts.ConfigFile = t.Settings, t.ConfigFile
	s.ask(sc, q)
	return nil
}
