package release

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/instance"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/internal/settings"
)

// Install installs the instance. One that is there already is left alone: to change it is Upgrade's. A container that was
// made and never ran, as a failed "docker run" leaves one, is taken for what it says and replaced.
func (s *Session) Install(ctx context.Context) (*Outcome, error) {
	sc, err := s.enter(ctx, false, s.Recover)
	if err != nil {
		return nil, err
	}
	defer sc.close()
	if sc.heal != nil {
		return s.foretold(ctx, journal.Install, sc), nil
	}
	if s.DryRun && sc.record != nil {
		if sc.record, err = s.Foresee(ctx, sc.record); err != nil {
			return nil, err
		}
	}
	if err := s.aim(ctx, sc); err != nil {
		return nil, err
	}
	if sc.found.Situation == instance.Upgrade || sc.found.Situation == instance.Reinstall {
		return s.installed(ctx, sc)
	}
	if err := s.renamed(ctx, sc); err != nil {
		return nil, err
	}
	if err := s.orphaned(sc); err != nil {
		return nil, err
	}
	if err := s.Engine.Prerequisites(ctx, sc.target.Project); err != nil {
		return nil, err
	}
	o, err := s.apply(ctx, sc, journal.Install)
	return o, notBegun(err)
}

// orphaned refuses to begin anew where the data of what was there would not be used: its containers were removed, and the service would
// come up empty.
func (s *Session) orphaned(sc *scene) error {
	volumes := sc.target.Lacks(s.Orphans)
	if len(volumes) == 0 || len(sc.serving) > 0 {
		return nil
	}
	refused := &journal.RefusedError{
		Reason: message.Say("the data of %s is in %s, which would not be used: its containers were removed", sc.found.Name, strings.Join(volumes, ", ")),
		Hint:   message.Say("to start without that data, first run: %s", s.Command(journal.Uninstall, message.Quote(sc.found.Name))),
	}
	takes := slices.ContainsFunc(s.definition.Settings, func(d settings.Setting) bool { return d.Name == "volume" })
	if takes && len(volumes) == 1 {
		refused.Hint = message.Say("to use it, add --set volume=%s; to start without it, first run: %s", message.Quote(volumes[0]), s.Command(journal.Uninstall, message.Quote(sc.found.Name)))
	}
	return refused
}

// installed answers an installation of what is there. That a tag has moved on makes it no other: an installation that is said again changes
// nothing, and does not fail.
func (s *Session) installed(ctx context.Context, sc *scene) (*Outcome, error) {
	moved, as := map[string]bool{}, slices.Clone(sc.serving)
	for i, old := range as {
		if old.ImageMoved {
			moved[old.Inspect.Config.Image], as[i].ImageMoved = true, false
		}
	}
	if differences := sc.target.Differs(as); len(differences) > 0 {
		return nil, &journal.RefusedError{
			Reason: message.Say("%s is already installed, but differs: %s", sc.found.Name, differences),
			Hint:   message.Say("to change it and keep its data, run %q with the same flags", s.Command(journal.Upgrade, s.words(sc.found.Name))),
		}
	}
	if !sc.running() {
		return nil, &journal.RefusedError{
			Reason: message.Say("%s is already installed, but stopped", sc.found.Name),
			Hint:   message.Say("%s", s.Engine.Command+" start "+message.Quote(sc.serving[0].Container.Name)),
		}
	}
	for _, name := range slices.Sorted(maps.Keys(moved)) {
		s.Say("warning: %s is another image now. To use it, run %q", name, s.Command(journal.Upgrade, s.words(sc.found.Name)))
	}
	return s.unchanged(ctx, journal.Install, sc), nil
}
