package release

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
)

// Rollback goes back to the release before.
func (s *Session) Rollback(ctx context.Context) (*Outcome, error) {
	sc, err := s.enter(ctx, true, s.Recover)
	if err != nil {
		return nil, err
	}
	defer sc.close()
	if sc.heal != nil {
		return s.foretold(ctx, journal.Rollback, sc), nil
	}
	if err := s.unclear(sc, journal.Rollback); err != nil {
		return nil, err
	}
	if s.isBack(sc) {
		o := s.outcome(ctx, journal.Rollback, Done, sc)
		if sc.record != nil {
			o = s.serves(o, sc.record.Release(sc.record.Current))
		}
		return o, nil
	}
	if err := s.isNot(ctx, sc, journal.Rollback); err != nil {
		return nil, err
	}
	if sc.record == nil || sc.record.Previous() == nil {
		return nil, &journal.RefusedError{Reason: message.Say("%s has no revision to roll back to", sc.found.Name)}
	}
	if err := s.once(sc); err != nil {
		return nil, err
	}
	to := sc.record.Previous()
	// What serves would be stopped, and the undo would want for the same one if both have it.
	gone, err := s.Engine.Gone(ctx, to)
	if err != nil {
		return nil, notBegun(err)
	}
	if gone != "" {
		return nil, &journal.RefusedError{Reason: message.Say("can't roll back to revision %d: container %s is gone", to.Number, gone)}
	}
	current := sc.record.Release(sc.record.Current)
	if err := s.startable(ctx, to, current); err != nil {
		return nil, notBegun(err)
	}
	if err := s.warnOfMounts(ctx, current); err != nil {
		return nil, notBegun(err)
	}
	if s.Wait > 0 {
		to.Ready.Within = s.Wait
	}
	wasDefined, err := s.definitionOf(ctx, sc.record, to)
	if err != nil {
		return nil, err
	}
	was, err := made(wasDefined, to, sc.found.Containers)
	if err != nil {
		return nil, err
	}
	q := s.about(sc.found.Name, wasDefined, was)
	q.opts.Settings, q.opts.ConfigFile, q.opts.Again = to.Settings, to.ConfigFile, s.elsewhere(sc.record, to)
	s.ask(sc, q)
	report, err := q.check(ctx)
	if err != nil {
		return nil, err
	}
	data, err := s.chooseWayBack(ctx, sc.record, to)
	if err != nil {
		return nil, err
	}
	if s.DryRun {
		p := s.Pending(sc.record, journal.Rollback, to.Number, sc.running())
		p.Restore = data.Name()
		o := s.outcome(ctx, journal.Rollback, Planned, sc)
		o.Steps, o.Report, o.Image = journal.Plan(p, current, to), report, to.Image
		return o, nil
	}
	done, err := s.Back(ctx, sc.record, to.Number, sc.running(), data)
	if err != nil {
		return nil, s.hintAtData(err, to, sc.found.Name)
	}
	o := s.serves(s.outcome(ctx, journal.Rollback, Done, sc), done)
	o.Report = report
	return o, nil
}

// isBack says whether the healing was the rollback that is asked for: it has undone the upgrade that was under way, or finished the rollback. To
// go back once more would lead to a release that nobody means.
func (s *Session) isBack(sc *scene) bool {
	if sc.healed == nil || len(sc.serving) == 0 {
		return false
	}
	p := sc.healed.Pending
	switch {
	case sc.record == nil: // what was to be taken over is its user's own again
		return p.Action == journal.Upgrade
	case p.Action == journal.Rollback:
		return sc.record.Current == p.To && (!s.Restore || p.Restore != "") // the data was not asked for then
	}
	return p.Action == journal.Upgrade && sc.record.Current == p.From
}

// elsewhere writes the command that asks again. A rollback goes back to what was, on its ports: with another port, or another
// setting, it is an upgrade to that version. That does not bring the data of that time, and who wants that has to free the port.
func (s *Session) elsewhere(record *journal.Record, to *journal.Release) func(changed, value string) string {
	again := s.Question.Again
	if again == nil || s.Forward == nil {
		return again
	}
	return func(changed, value string) string {
		switch current := record.Release(record.Current); {
		case changed == "" || changed == "--name":
			return again(changed, value)
		case s.Restore:
			return ""
		case maps.Equal(to.Images, current.Images) && to.Image == current.Image:
			return s.Forward(changed, value)
		case len(to.Images) > 1:
			return s.Forward(append(to.ImageOptions(current), changed, value)...)
		case to.Version != "" && repository(to) == repository(current):
			return s.Forward("--version", to.Version, changed, value)
		default:
			return s.Forward("--image", to.Image, changed, value)
		}
	}
}

// repository is a release's image without its tag.
func repository(r *journal.Release) string { return strings.TrimSuffix(r.Image, ":"+r.Version) }

// hintAtData adds to a rollback that failed that the data of that time is there too, if it was not asked for.
func (s *Session) hintAtData(err error, to *journal.Release, name string) error {
	var failed *journal.FailedError
	if s.Restore || !errors.As(err, &failed) {
		return err
	}
	list, cannot := s.Store.Backups(name)
	if cannot == nil && slices.ContainsFunc(list, func(b journal.Backup) bool { return b.Of(to) }) {
		failed.Hint = message.Say("to restore the data of that time too, run %q", s.Command(journal.Rollback, message.Quote(name)+" --restore"))
	}
	return err
}
