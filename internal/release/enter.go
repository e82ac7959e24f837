package release

import (
	"context"
	"errors"
	"os"
	"regexp"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/internal/service"
	"github.com/safeport/safeport/internal/service/composefile"
)

// enter finds the instance, takes its lock, and heals what an earlier run left. A dry run waits for nobody and changes nothing: it
// only finds out what there is to heal.
//
// orApplied says that the user's Compose files need not be there any more.
func (s *Session) enter(ctx context.Context, orApplied bool, heal func(context.Context, string) (*journal.Record, error)) (*scene, error) {
	if err := s.define(ctx, orApplied); err != nil {
		return nil, err
	}
	if err := validName(s.Question.Instance); err != nil {
		return nil, err
	}
	// It may be restarted between two questions.
	if err := s.Engine.Await(ctx, func() { s.Say("Waiting for the engine (timeout %s)", engine.EngineTimeout) }); err != nil {
		return nil, &journal.NotBegunError{Err: err}
	}
	found, err := s.Engine.Find(ctx, s.definition.Definition, s.Question.Instance)
	if err != nil {
		return nil, &journal.NotBegunError{Err: err}
	}
	if err := s.usersOwn(); err != nil {
		return nil, err
	}
	if err := s.here(ctx, found.Name); err != nil {
		return nil, notBegun(err)
	}
	if err := s.ofItsName(ctx, found.Name); err != nil {
		return nil, notBegun(err)
	}
	sc := &scene{several: found.Ambiguous}
	if s.DryRun {
		heal = s.foresee(sc)
	} else if sc.lock, err = s.lock(ctx, found.Name); err != nil {
		return nil, &journal.NotBegunError{Err: err}
	}
	if err := s.look(ctx, sc, found.Name, heal); err != nil {
		sc.close()
		return nil, notBegun(err)
	}
	return sc, nil
}

// foresee reads what is known of an instance and writes nothing. What is pending it tells as a step.
func (s *Session) foresee(sc *scene) func(context.Context, string) (*journal.Record, error) {
	return func(ctx context.Context, name string) (*journal.Record, error) {
		record, err := s.Journal(ctx, name)
		var damaged *journal.DamagedError
		if errors.As(err, &damaged) {
			err = nil
		}
		if err == nil && record == nil {
			record, err = s.Engine.Reconstruct(ctx, s.Store, name)
		}
		if err != nil || record == nil || record.Pending == nil {
			return record, err
		}
		about := message.Say("Finish the interrupted run (%s) if its revision is or was healthy; otherwise roll back", record.Pending)
		if record.Pending.Action == journal.Uninstall {
			about = message.Say("Finish the interrupted run (%s)", record.Pending)
		}
		sc.heal = &journal.Step{Kind: journal.StepHeal, About: about}
		return record, nil
	}
}

// foretold is the outcome of a dry run that finds something to heal first: what comes after that depends on what becomes of it.
func (s *Session) foretold(ctx context.Context, action journal.Action, sc *scene) *Outcome {
	o := s.outcome(ctx, action, Planned, sc)
	o.Steps = []journal.Step{*sc.heal, {Kind: journal.StepHeal, About: message.Say("Then apply the change; rerun this command for its steps")}}
	return o
}

// names of instances are those that a container may have: they become names of files, too.
var instanceName = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_.-]*$`)

func validName(name string) error {
	if name == "" || instanceName.MatchString(name) {
		return nil
	}
	return &safeport.UsageError{Err: message.Errorf("%q is not a valid instance name: use letters, digits, _ . - and start with a letter or digit", name)}
}

// notBegun says of an error that came before a change was begun that nothing has been changed, if the engine hung up.
func notBegun(err error) error {
	var failed *journal.FailedError
	if err == nil || errors.As(err, &failed) || !engine.Interrupted(err) {
		return err
	}
	return &journal.NotBegunError{Err: err}
}

func definition(ctx context.Context, q safeport.Request) (*composefile.Definition, error) {
	if len(q.Files) > 0 {
		return composefile.Load(ctx, service.Project{
			Files: q.Files, Stdin: q.Stdin, Name: q.Project, Profiles: q.Profiles, EnvFiles: q.EnvFiles, Dir: q.Directory, Environ: os.Environ(),
			Variables: q.Variables,
		})
	}
	return composefile.Lookup(q.Services[0])
}

func (s *Session) look(ctx context.Context, sc *scene, name string, heal func(context.Context, string) (*journal.Record, error)) (err error) {
	s.Healed = nil
	if sc.record, err = heal(ctx, name); err != nil {
		return err
	}
	if sc.record == nil || sc.record.Pending == nil {
		sc.healed = s.Healed
	}
	// Only now: what is there may have changed while this run waited, or by the healing.
	if sc.found, err = s.Engine.Find(ctx, s.definition.Definition, name); err != nil {
		return err
	}
	if err := s.sameProject(sc.record); err != nil {
		return err
	}
	var current *journal.Release
	if sc.record != nil {
		sc.record.Endpoint = s.Engine.Endpoint
		current = sc.record.Release(sc.record.Current)
	}
	sc.serving, err = s.serving(ctx, current, sc.found.Containers)
	return err
}

// otherWords refuses to go on with the words by which the instance was found, if what an earlier run has begun was finished just now and was
// found by other ones: what stands in its files alone would be lost. Who has said those again goes on.
func (s *Session) otherWords(sc *scene) error {
	if sc.healed == nil || sc.record == nil {
		return nil
	}
	p := sc.healed.Pending
	if p.Words == nil || sc.record.Current != p.To || p.Words.Read(sc.healed.Words) || p.Words.Read(wordsOf(s.definition)) {
		return nil
	}
	return &journal.RefusedError{
		Reason: message.Say("an interrupted run was finished first. It used other files or options than this command"),
		Hint:   message.Say("to continue with those, rerun the command"),
	}
}
