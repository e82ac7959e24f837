package rollout

import (
	"context"
	"errors"
	"strconv"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// outdated says that the instance has been changed with another journal: a release runs or has run that this one does not
// know. What was only made is left by a run that was killed.
func (r *Runner) outdated(ctx context.Context, record *journal.Record) error {
	list, err := r.Engine.Stray(ctx, record.Instance, record)
	if err != nil {
		return err
	}
	for _, c := range list {
		if number, err := strconv.Atoi(c.Labels[engine.LabelRelease]); err == nil && c.State != "created" {
			return &journal.DamagedError{Path: r.Store.Path(record.Instance), Err: message.Errorf("revision %d exists but isn't recorded, as after a change with another --state-dir", number)}
		}
	}
	return nil
}

// Journal is what the journal says of an instance, if it can be taken at its word.
func (r *Runner) Journal(ctx context.Context, instance string) (*journal.Record, error) {
	for again := true; ; again = false {
		record, err := r.Store.Load(instance)
		if err != nil || record == nil {
			return record, err
		}
		if err := r.follow(ctx, record); err != nil {
			return nil, err
		}
		if err = r.outdated(ctx, record); err != nil {
			record = nil
		}
		var damaged *journal.DamagedError
		if again && errors.As(err, &damaged) {
			continue // who only looks may have read it just before another run wrote
		}
		return record, err
	}
}
