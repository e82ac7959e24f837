package engine

import (
	"context"
	"strings"
	"time"

	"github.com/safeport/safeport/internal/release/journal"
)

// Looked is what is left of a release.
type Looked struct {
	Any     bool // one of its containers is there
	All     bool // all of them are
	Since   bool // one of them was started in the time of the change
	Long    bool // one of them has run without an end for longer than the release may take
	Running bool
}

func (e *Engine) LookAt(ctx context.Context, x *journal.Release, since time.Time) (l Looked, err error) {
	if x == nil {
		return l, nil
	}
	l.All = len(x.Containers) > 0
	for _, c := range x.Containers {
		s, ok, err := e.Inspect(ctx, c.ID)
		if err != nil {
			return l, err
		}
		l.Any, l.All = l.Any || ok, l.All && ok
		if !ok {
			continue
		}
		if at, err := time.Parse(time.RFC3339Nano, s.State.StartedAt); err == nil && WasStarted(s.State.StartedAt) {
			l.Since = l.Since || at.After(since)
			l.Long = l.Long || s.State.Running && time.Since(at) > x.Ready.Within
		}
		l.Running = l.Running || s.State.Running
	}
	return l, nil
}

// WasStarted reads the time of a container's start, which is the year 1 for one that never was.
func WasStarted(startedAt string) bool {
	return startedAt != "" && !strings.HasPrefix(startedAt, "0001-")
}
