package engine

import (
	"time"

	"github.com/moby/moby/api/types/container"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
)

const (
	// A policy of restarts is there for a service that dies until what it needs is up. One that stands alone in its project needs
	// nothing that a change starts, and is given up when it has ended so often, over so long a time; of several each has all
	// the time that the release may take.
	endings      = 5
	endingsUntil = 10 * time.Second
	// restarting is how long a container with a policy of restarts may be seen ended: its engine may be about to start it.
	restarting = 3 * time.Second
	// settled is how long a container has to run that was started again: as long as its engine wants, to begin the pauses anew.
	settled = 10 * time.Second
)

// vigil is what a wait has seen of a release since it began. What was before does not count: an engine counts restarts of weeks
// ago, and calls a container unhealthy by checks that were made before its data was mended.
type vigil struct {
	began       time.Time
	alone       bool // the release has one container
	interrupted bool // the engine was not there for a moment
	seen        map[string]*sighting
}

// sighting is what was seen of one container.
type sighting struct {
	name     string
	policy   bool      // it is started again when it ends by itself
	restarts int       // of the engine's count, at the first look
	ends     int       // since then
	exit     int       // status of the last end
	again    bool      // its engine has started it again since it was started
	start    string    // the time of its last start, as the engine tells it
	since    time.Time // when that start was first seen
	ended    time.Time // when it was first seen ended, and has been since; zero: it is not
}

func newVigil() *vigil { return &vigil{began: time.Now(), seen: map[string]*sighting{}} }

// note counts how often a container has ended since the first look.
func (v *vigil) note(c journal.Container, s container.InspectResponse) *sighting {
	w := v.seen[c.ID]
	if w == nil || s.RestartCount < w.restarts { // a start by hand begins the count anew
		w = &sighting{name: c.Name, policy: c.Restart != "no", restarts: s.RestartCount}
		v.seen[c.ID] = w
	}
	w.ends, w.exit, w.again = s.RestartCount-w.restarts, s.State.ExitCode, s.RestartCount > 0
	if w.start != s.State.StartedAt {
		w.start, w.since = s.State.StartedAt, time.Now()
	}
	switch {
	case !hasEnded(s):
		w.ended = time.Time{}
	case w.ended.IsZero():
		w.ended = time.Now()
	}
	return w
}

// suspicion is how long an engine is watched for its end after a release has failed: not long if its containers run or were started again, which
// an engine that ends does not do.
func (v *vigil) suspicion() time.Duration {
	within := pingEvery
	for _, w := range v.seen {
		switch {
		case w.ended.IsZero():
		case w.policy:
			return ending
		default:
			within = 3 * pingEvery
		}
	}
	return within
}

// restless is a container that has been started again since the first look; nil if none was.
func (v *vigil) restless() *sighting {
	for _, w := range v.seen {
		if w.ends > 0 {
			return w
		}
	}
	return nil
}

// settles says whether a container may be about to end once more: one that ends at once may be seen running each time.
func (v *vigil) settles() bool {
	for _, w := range v.seen {
		if w.again && time.Since(w.since) < settled {
			return true
		}
	}
	return false
}

// alive says whether a container is as it has to be when its release serves.
func (v *vigil) alive(c journal.Container, s container.InspectResponse) error {
	w := v.note(c, s)
	switch {
	case hasDoneItsWork(c, s):
		return nil
	case hasEnded(s) && (c.Restart == "no" || time.Since(w.ended) > restarting):
		return journal.Dead("container %s exited (exit code %d%s)", c.Name, s.State.ExitCode, reason(s.State))
	case hasEnded(s):
		return message.Errorf("container %s exited (exit code %d%s)", c.Name, s.State.ExitCode, reason(s.State))
	case v.alone && w.ends >= endings && time.Since(v.began) > endingsUntil:
		return journal.Dead("container %s keeps restarting (exit code %d%s)", c.Name, s.State.ExitCode, reason(s.State))
	case s.State.Restarting:
		return message.Errorf("container %s exited and restarted (exit code %d%s)", c.Name, s.State.ExitCode, reason(s.State))
	case !s.State.Running:
		return message.Errorf("container %s is %s", c.Name, s.State.Status)
	}
	if h := s.State.Health; h != nil {
		switch {
		case h.Status == container.Unhealthy && v.checked(h):
			return journal.Dead("container %s is unhealthy", c.Name)
		case h.Status == container.Unhealthy:
			return message.Errorf("container %s is unhealthy", c.Name)
		case h.Status == container.Starting:
			return message.Errorf("container %s hasn't passed its health check yet", c.Name)
		}
	}
	return nil
}

// checked says whether a container's health was checked since the first look.
func (v *vigil) checked(h *container.Health) bool {
	n := len(h.Log)
	return n > 0 && h.Log[n-1] != nil && h.Log[n-1].Start.After(v.began)
}
