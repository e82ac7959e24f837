package release

import (
	"context"
	"fmt"
	"maps"
	"os"
	"strings"
	"time"

	"safeport"
	"safeport/internal/instance"
	"safeport/internal/service"
	"safeport/internal/settings"
)

// Session is one run of a command that changes an instance.
type Session struct {
	Runner
	Question safeport.Request // about the ports; of one service or the files of one
	Image    string           // instead of the definition's; empty: that
	Env      map[string]string
	Wait     time.Duration // instead of the definition's; 0: that
	DryRun   bool

	definition *service.Definition
}

// BlockedError is a change that was not made because the ports cannot be had.
type BlockedError struct{ Report *safeport.Report }

func (e *BlockedError) Error() string {
	for _, f := range e.Report.Findings {
		if f.Severity == safeport.Error {
			return f.Message
		}
	}
	return "there are warnings, and --strict was said"
}

// RefusedError is a change that makes no sense for what is there. Nothing was changed.
type RefusedError struct {
	Reason string
	Hint   string // what to do instead; empty when there is nothing
}

func (e *RefusedError) Error() string { return e.Reason }

// scene is the instance as it is found, with its lock taken and what an earlier run left healed.
type scene struct {
	found   instance.Instance
	record  *Record // nil: safeport did not install it
	serving []Serving
	target  *Target
	asked   safeport.Request
	lock    *Lock
}

func (s *scene) close() { s.lock.Release() }

func (s *scene) running() bool { return s.found.Situation == instance.Upgrade }

// enter finds the instance, takes its lock, and heals what an earlier run left.
func (s *Session) enter(ctx context.Context) (*scene, error) {
	var err error
	if s.definition, err = definition(ctx, s.Question); err != nil {
		return nil, &safeport.UsageError{Err: err}
	}
	found, err := s.Engine.Find(ctx, s.definition, s.Question.Instance)
	if err != nil {
		return nil, err
	}
	lock, err := s.Store.Lock(ctx, found.Name, "safeport "+strings.Join(os.Args[1:], " "), func(o Owner) {
		s.Say("waiting: %s is being changed by %s", found.Name, o)
	})
	if err != nil {
		return nil, err
	}
	sc := &scene{lock: lock}
	if err := s.look(ctx, sc, found.Name); err != nil {
		lock.Release()
		return nil, err
	}
	return sc, nil
}

func definition(ctx context.Context, q safeport.Request) (*service.Definition, error) {
	if len(q.Files) > 0 {
		return service.Load(ctx, q.Files, os.Environ(), q.Profiles...)
	}
	return service.Lookup(q.Services[0])
}

func (s *Session) look(ctx context.Context, sc *scene, name string) (err error) {
	if sc.record, err = s.Recover(ctx, name); err != nil {
		return err
	}
	// Only now: what is there may have changed while this run waited, or by the healing.
	if sc.found, err = s.Engine.Find(ctx, s.definition, name); err != nil {
		return err
	}
	var current *Release
	if sc.record != nil {
		current = sc.record.Release(sc.record.Current)
	}
	sc.serving, err = s.Engine.Serving(ctx, current, sc.found.Containers)
	return err
}

// aim makes the target of what is wished, and the question about its ports.
func (s *Session) aim(ctx context.Context, sc *scene) error {
	lookup := s.Question.LookupEnv
	if lookup == nil {
		lookup = os.LookupEnv
	}
	wish := Wish{
		Definition: s.definition, Instance: sc.found.Name, Settings: s.Question.Settings, LookupEnv: lookup,
		ConfigFile: s.Question.ConfigFile, Image: s.Image, Env: s.Env,
	}
	if sc.record != nil {
		if current := sc.record.Release(sc.record.Current); current != nil {
			wish.Kept = maps.Clone(current.Settings)
			delete(wish.Kept, "version") // its image says it
			wish.Defined = current.Defined
		}
	}
	t, err := wish.Target(ctx, sc.serving)
	if err != nil {
		return &safeport.UsageError{Err: err}
	}
	if s.Wait > 0 {
		t.Ready.Within = s.Wait
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

// check asks for the ports; the error is a [*BlockedError] when they cannot be had, or when that cannot be told.
func check(ctx context.Context, q safeport.Request) (*safeport.Report, error) {
	r, err := safeport.Check(ctx, q)
	if err != nil {
		return nil, err
	}
	if r.Verdict == safeport.Blocked || r.Verdict == safeport.Unknown || r.Verdict == safeport.Warned && q.Strict {
		return r, &BlockedError{r}
	}
	return r, nil
}

// apply checks and then changes.
func (s *Session) apply(ctx context.Context, sc *scene, action Action) (*Outcome, error) {
	report, err := check(ctx, sc.asked)
	if err != nil {
		return nil, err
	}
	record := sc.record
	switch {
	case record != nil:
	case len(sc.serving) == 0 && report.Situation != safeport.Fresh:
		return nil, &RefusedError{
			Reason: fmt.Sprintf("%s is installed already, without a container", sc.found.Name),
			Hint:   "\"safeport check " + s.definition.Name + "\" says how it is moved into one",
		}
	case len(sc.serving) > 1:
		return nil, &RefusedError{Reason: fmt.Sprintf("%s has %d containers that safeport did not make: only one can be taken over",
			sc.found.Name, len(sc.serving))}
	case len(sc.serving) == 1:
		record = adopt(sc.target, s.Engine.Endpoint, sc.serving)
	default:
		record = &Record{
			Schema: Schema, Instance: sc.found.Name, Service: s.definition.Name, Endpoint: s.Engine.Endpoint,
			Current: None, Before: None,
		}
	}
	record.Files, record.Profiles = s.Question.Files, s.Question.Profiles
	if s.DryRun {
		to := &Release{Number: record.Next(), Image: sc.target.Image, Ready: sc.target.Ready}
		o := s.outcome(ctx, action, Planned, sc)
		o.Steps, o.Report, o.Image = plan(action, record.Release(record.Current), to), report, to.Image
		return o, nil
	}
	to, err := s.Apply(ctx, record, action, sc.target, sc.running())
	if err != nil {
		return nil, err
	}
	o := s.serves(s.outcome(ctx, action, Done, sc), to)
	o.Report = report
	return o, nil
}
