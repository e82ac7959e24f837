package release

import (
	"context"
	"errors"
	"time"

	"github.com/moby/moby/api/types/container"

	"safeport/internal/message"
)

const (
	askEvery = 100 * time.Millisecond
	// soak is how long a release must go on serving before the old one is given up: a program that answers and then dies
	// of its first job, or of its memory, mostly does so in the first seconds.
	soak = 2 * time.Second
)

// wait waits until the release serves: all of its containers run, those with a health check are healthy, and the port
// answers as the version. It fails as soon as a container ends, and does not wait for what cannot come.
func (e *Engine) wait(ctx context.Context, r *Release, h history) error {
	end := time.NewTimer(r.Ready.Within)
	defer end.Stop()
	for {
		err := e.serves(ctx, r, h)
		var final *deadError
		if err == nil || errors.As(err, &final) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-end.C:
			return message.Errorf("not ready within %s: %w", r.Ready.Within, err)
		case <-time.After(askEvery):
		}
	}
}

// watch sees that a new release that serves goes on serving.
func (e *Engine) watch(ctx context.Context, r *Release) error {
	for end := time.Now().Add(soak); time.Now().Before(end); {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(askEvery):
		}
		if err := e.serves(ctx, r, isNew); err != nil {
			return message.Errorf("it was ready, and then no more: %w", err)
		}
	}
	return nil
}

// history says whether a release has run before. One that is new and has been restarted by the engine is a crash loop; one
// that has run for weeks may have been restarted some day.
type history bool

const (
	isNew  history = false
	hasRun history = true
)

// deadError is a release that will not serve however long one waits.
type deadError struct{ error }

func (e *deadError) Unwrap() error { return e.error }

func dead(format string, args ...any) error { return &deadError{message.Errorf(format, args...)} }

// serves says whether the release serves just now, and if not why.
func (e *Engine) serves(ctx context.Context, r *Release, h history) error {
	if len(r.Containers) == 0 {
		return dead("release %d has no containers", r.Number)
	}
	for _, c := range r.Containers {
		state, ok, err := e.inspect(ctx, c.ID)
		if err != nil {
			return err
		}
		if !ok {
			return dead("container %s is gone", c.Name)
		}
		if err := alive(c, state, h); err != nil {
			return err
		}
	}
	return r.Ready.answers(ctx, r.Version)
}

func alive(c Container, s container.InspectResponse, past history) error {
	ended := s.State.Status == container.StateExited || s.State.Status == container.StateDead
	switch {
	case ended && s.State.ExitCode == 0 && (c.Restart == "no" || c.Restart == "on-failure"):
		return nil // a job of the project that has done its work
	case ended:
		return dead("container %s ended with status %d%s", c.Name, s.State.ExitCode, reason(s.State))
	case s.State.Restarting, past == isNew && s.RestartCount > 0:
		return dead("container %s ends with status %d and is started again and again%s", c.Name, s.State.ExitCode, reason(s.State))
	case !s.State.Running:
		return message.Errorf("container %s is %s", c.Name, s.State.Status)
	}
	if h := s.State.Health; h != nil {
		switch h.Status {
		case container.Unhealthy:
			return dead("container %s is unhealthy by its own check", c.Name)
		case container.Starting:
			return message.Errorf("container %s has not passed its own health check yet", c.Name)
		}
	}
	return nil
}

func reason(s *container.State) message.Phrase {
	switch {
	case s.OOMKilled:
		return message.Say(", killed for want of memory")
	case s.Error != "":
		return message.Say(": %s", s.Error)
	}
	return message.Phrase{}
}
