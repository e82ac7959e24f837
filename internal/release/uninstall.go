package release

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/desired"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// Remove uninstalls the instance. confirm is asked before anything is removed, when data would go too; an error of its ends
// the matter. Data that an earlier uninstallation left can still be removed.
func (s *Session) Remove(ctx context.Context, purge bool, confirm func(Purge) error) (*Outcome, error) {
	sc, err := s.enter(ctx, true, s.removable)
	if err != nil {
		return nil, err
	}
	defer sc.close()
	if sc.heal != nil {
		return s.foretold(ctx, journal.Uninstall, sc), nil
	}
	if err := s.unclear(sc, journal.Uninstall); err != nil {
		return nil, err
	}
	if sc.record == nil && len(sc.serving) > 0 {
		return nil, &journal.RefusedError{
			Reason: message.Say("%s wasn't installed by safeport, so safeport won't remove it", sc.found.Name),
			Hint:   message.Say("%s", s.Engine.Command+" rm -f "+message.Quote(sc.serving[0].Container.Name)),
		}
	}
	var data Purge
	if purge {
		if data, err = s.data(ctx, sc.found.Name, sc.record); err != nil {
			return nil, err
		}
	}
	if sc.record == nil {
		rest, err := s.leftovers(ctx, sc.found.Name, nil)
		if err != nil {
			return nil, err
		}
		if data.Empty() && len(rest.removable(purge)) == 0 {
			if err := s.isNot(ctx, sc, journal.Uninstall); err != nil {
				return nil, err
			}
			if !s.DryRun {
				err = s.Store.Forget(sc.found.Name) // half a file of a journal may be there
			}
			return s.outcome(ctx, journal.Uninstall, Nothing, sc), err
		}
		sc.record = &journal.Record{Schema: journal.Schema, Instance: sc.found.Name, Service: s.definition.Name, Current: journal.None, Before: journal.None}
	}
	if err := s.unshared(ctx, sc.record, data); err != nil {
		return nil, err
	}
	if s.DryRun {
		o := s.outcome(ctx, journal.Uninstall, Planned, sc)
		o.Steps = journal.Plan(&journal.Pending{Action: journal.Uninstall, Purge: purge}, sc.record.Release(sc.record.Current), nil)
		return o, nil
	}
	if !data.Empty() {
		if err := confirm(data); err != nil {
			return nil, err
		}
	}
	var others []string
	if current := sc.record.Release(sc.record.Current); current != nil {
		if others, err = s.Engine.Named(ctx, sc.found.Name, current.Containers); err != nil {
			return nil, err
		}
		if others, err = s.othersOf(ctx, sc.found.Name, current, others); err != nil {
			return nil, err
		}
	}
	err = s.Uninstall(ctx, sc.record, purge)
	var notBegun *journal.NotBegunError
	switch {
	case errors.As(err, &notBegun):
		return nil, err
	case err != nil:
		return nil, journal.PartlyRemoved(err)
	}
	if unnamed := sc.record.Pending.Unnamed; !purge && len(unnamed) > 0 {
		s.Say("Volumes without a name are kept, but not tracked. To delete them, run: %s",
			s.Engine.Command+" volume rm "+strings.Join(unnamed, " "))
	}
	for _, name := range sc.record.Others {
		if there, err := s.Engine.HasVolume(ctx, name); err == nil && there {
			others = append(others, name)
		}
	}
	if len(others) > 0 {
		s.Say("Volumes that safeport didn't create are kept: %s", strings.Join(others, ", "))
	}
	o := s.outcome(ctx, journal.Uninstall, Done, sc)
	if words := s.words(sc.found.Name); words != "" {
		o.Purge = s.Command(journal.Uninstall, words+" --purge")
	} else if len(o.Volumes) > 0 {
		o.Purge = s.Engine.Command + " volume rm " + message.Line(o.Volumes)
	}
	return o, nil
}

// othersOf adds to the volumes of containers those that the journal tells of: the containers may be gone. What safeport has made, and what is
// gone, is not among them.
func (s *Session) othersOf(ctx context.Context, instance string, current *journal.Release, found []string) ([]string, error) {
	told, _ := desired.VolumesOf(ctx, current) // a project that makes no sense must not keep it from being removed
	own, err := s.Engine.Volumes(ctx, instance)
	if err != nil {
		return nil, err
	}
	for _, name := range told {
		if slices.Contains(found, name) || slices.Contains(own, name) || engine.IsAnonymous(name) {
			continue
		}
		there, err := s.Engine.HasVolume(ctx, name)
		if err != nil {
			return nil, err
		}
		if there {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found, nil
}

// removable is what is known of an instance that is to be removed. What an earlier run left need not be healed before that, and must not keep
// it from being removed. Two things are put right all the same: data in the middle of being put back, if it is to stay, and a container
// that was started by hand and was being taken over, which is its user's own.
func (s *Session) removable(ctx context.Context, name string) (*journal.Record, error) {
	record, err := s.Known(ctx, name)
	if err != nil || record == nil || record.Pending == nil || record.Pending.Action == journal.Uninstall {
		return record, err
	}
	p := record.Pending
	from := record.Release(p.From)
	if half := p.Aside != "" && !p.Returned || p.Step == journal.StepRestore; !half && (from == nil || !from.Adopted) {
		s.Say("An earlier run was interrupted (%s). Removing all of it", p)
		return record, nil
	}
	return s.Recover(ctx, name)
}
