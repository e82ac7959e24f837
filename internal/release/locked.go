package release

import (
	"context"

	"github.com/safeport/safeport/internal/release/journal"
)

// lock takes both locks of an instance: that of its journal, and that of its engine, which runs with other state directories have
// too. They are taken in this order by everybody.
func (s *Session) lock(ctx context.Context, instance string) (*journal.Lock, error) {
	l := &journal.Lock{}
	told := false
	busy := func(o journal.Owner) {
		if !told {
			s.Say("Waiting: %s is being changed by %s", instance, o)
		}
		told = true
	}
	file, err := s.Store.LockFile(instance)
	if err == nil {
		err = l.Take(ctx, file, busy)
	}
	if err != nil {
		l.Release()
		return nil, err
	}
	for {
		shared, err := s.Engine.LockFile(ctx, instance)
		if err != nil {
			s.Say("warning: runs with another --state-dir can't be detected: %v", err)
			return l, nil
		}
		if err := l.Take(ctx, shared, busy); err != nil {
			l.Release()
			return nil, err
		}
		if journal.IsAt(shared, shared.Name()) {
			l.Shared = shared
			return l, nil
		}
		shared.Close() // who had it has removed it
	}
}
