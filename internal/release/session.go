package release

import (
	"context"
	"os"
	"strings"
	"time"

	"safeport"
	"safeport/internal/instance"
	"safeport/internal/service"
)

// Session is one run of a command that changes an instance.
type Session struct {
	Runner
	Question safeport.Request  // about the ports; of one service or the files of one
	Images   map[string]string // instead of the definition's, by service; "" is the service that answers
	Env      map[string]string
	Wait     time.Duration // instead of the definition's; 0: that
	DryRun   bool
	Backup   Choice // of an upgrade: whether the data is copied before
	Restore  bool   // of a rollback: the data goes back too
	// Forward writes the upgrade that does with options ("--port", "8080") what a rollback cannot, for remedies.
	Forward func(options ...string) string

	definition *service.Definition
}

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
		return nil, &NotBegunError{err}
	}
	if err := s.usersOwn(); err != nil {
		return nil, err
	}
	lock, err := s.Store.Lock(ctx, found.Name, "safeport "+strings.Join(os.Args[1:], " "), func(o Owner) {
		s.Say("waiting: %s is being changed by %s", found.Name, o)
	})
	if err != nil {
		return nil, &NotBegunError{err}
	}
	sc := &scene{lock: lock}
	if err = s.here(ctx, found.Name); err == nil {
		err = s.look(ctx, sc, found.Name)
	}
	if err != nil {
		lock.Release()
		return nil, err
	}
	return sc, nil
}

func definition(ctx context.Context, q safeport.Request) (*service.Definition, error) {
	if len(q.Files) > 0 {
		return service.Load(ctx, service.Project{
			Files: q.Files, Name: q.Project, Profiles: q.Profiles, EnvFiles: q.EnvFiles, Dir: q.Directory, Environ: os.Environ(),
		})
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
	if err := s.sameProject(sc.record); err != nil {
		return err
	}
	var current *Release
	if sc.record != nil {
		sc.record.Endpoint = s.Engine.Endpoint
		current = sc.record.Release(sc.record.Current)
	}
	sc.serving, err = s.serving(ctx, current, sc.found.Containers)
	return err
}
