package engine

import (
	"context"
	"errors"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
)

// Wait waits until the release serves: all of its containers run, those with a health check are healthy, and the port
// answers as the version. It fails as soon as that cannot come any more, and judges by what happens from now on.
func (e *Engine) Wait(ctx context.Context, r *journal.Release) error {
	end := time.NewTimer(r.Ready.Within)
	defer end.Stop()
	v := newVigil()
	for lives := interruptions; ; {
		err := e.judge(ctx, r, v)
		var final *journal.DeadError
		switch {
		case err == nil:
			return nil
		case errors.As(err, &final):
			again, lost := e.afterRestart(ctx, r, v)
			if lost != nil {
				return lost
			}
			if !again || lives == 0 {
				return err
			}
			lives--
			v = newVigil()
		case Interrupted(err):
			v.interrupted = true
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-end.C:
			return message.Errorf("not ready within %s: %w", r.Ready.Within, err)
		case <-time.After(AskEvery):
		}
	}
}

// Watch sees that a new release that serves goes on serving. What its engine interrupts has to serve anew, and is watched anew.
func (e *Engine) Watch(ctx context.Context, r *journal.Release) error {
	for lives := interruptions; ; lives-- {
		v := newVigil()
		err := e.watchOnce(ctx, r, v)
		if err == nil || ctx.Err() != nil {
			return err
		}
		v.interrupted = v.interrupted || Interrupted(err)
		again, lost := e.afterRestart(ctx, r, v)
		if lost != nil {
			return lost
		}
		if !again || lives == 0 {
			return message.Errorf("it became ready and then failed: %w", err)
		}
		if err := e.Wait(ctx, r); err != nil {
			return err
		}
	}
}

func (e *Engine) watchOnce(ctx context.Context, r *journal.Release, v *vigil) error {
	for end := time.Now().Add(journal.Soak); time.Now().Before(end) || v.settles(); {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(AskEvery):
		}
		if err := e.judge(ctx, r, v); err != nil {
			return err
		}
		if c := v.restless(); c != nil {
			return journal.Dead("container %s exited (exit code %d) and was restarted", c.name, c.exit)
		}
	}
	return nil
}

// afterRestart says whether what was seen of a release was the doing of an engine that was told to end. Such a one stops its
// containers first, and may answer until they have stopped; it starts none of them again, as it does one that has ended by itself.
// Then afterRestart has waited for the engine, and started what that has not.
func (e *Engine) afterRestart(ctx context.Context, r *journal.Release, v *vigil) (again bool, err error) {
	for began := time.Now(); e.ping(ctx) == nil && !v.interrupted; {
		if time.Since(began) > v.suspicion() {
			return false, nil
		}
		select {
		case <-ctx.Done():
			return false, nil
		case <-time.After(AskEvery):
		}
		v.interrupted = Interrupted(e.judge(ctx, r, v)) // what else it finds is in the vigil
	}
	if ctx.Err() != nil {
		return false, nil
	}
	if err := e.Await(ctx, func() {}); err != nil {
		return false, err
	}
	return true, e.revive(ctx, r)
}

// revive starts those containers of a release that do not run, but for jobs that have done their work.
func (e *Engine) revive(ctx context.Context, r *journal.Release) error {
	for _, c := range r.Containers {
		s, ok, err := e.Inspect(ctx, c.ID)
		switch {
		case err != nil:
			return err
		case !ok, s.State.Running, hasDoneItsWork(c, s):
			continue
		}
		if _, err := e.Api.ContainerStart(ctx, c.ID, client.ContainerStartOptions{}); err != nil {
			return message.Errorf("starting container %s: %w", c.Name, err)
		}
	}
	return nil
}

// Serves says whether the release serves just now, and if not why.
func (e *Engine) Serves(ctx context.Context, r *journal.Release) error {
	if err := e.judge(ctx, r, newVigil()); err != nil {
		return err
	}
	l, err := e.LookAt(ctx, r, time.Time{})
	if err == nil && !l.Running { // each by itself may have done its work
		err = message.Errorf("none of its containers is running")
	}
	return err
}

// judge looks at a release once. The error is a [*deadError] when no more waiting helps.
func (e *Engine) judge(ctx context.Context, r *journal.Release, v *vigil) error {
	if len(r.Containers) == 0 {
		return journal.Dead("revision %d has no containers", r.Number)
	}
	v.alone = len(r.Containers) == 1
	var waits error
	for _, c := range r.Containers {
		state, ok, err := e.Inspect(ctx, c.ID)
		if err != nil {
			return err
		}
		if !ok {
			return journal.Dead("container %s is gone", c.Name)
		}
		err = v.alive(c, state)
		var final *journal.DeadError
		if errors.As(err, &final) {
			return err
		}
		if waits == nil {
			waits = err
		}
	}
	if waits != nil {
		return waits
	}
	return r.Ready.Answers(ctx, r.Version)
}

// hasDoneItsWork says whether a container is a job of the project that has ended well, and is not to be started again.
func hasDoneItsWork(c journal.Container, s container.InspectResponse) bool {
	return hasEnded(s) && s.State.ExitCode == 0 && (c.Restart == "no" || c.Restart == "on-failure")
}

func hasEnded(s container.InspectResponse) bool {
	return s.State.Status == container.StateExited || s.State.Status == container.StateDead
}

func reason(s *container.State) message.Phrase {
	switch {
	case s.OOMKilled:
		return message.Say(", out of memory")
	case s.Error != "":
		return message.Say(": %s", s.Error)
	}
	return message.Phrase{}
}
