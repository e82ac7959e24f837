package release

import (
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/instance"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
)

// twice are the containers that run beside the release that serves and are not of it: those of a release that is kept, and those that
// Compose has made of the same files. "docker compose up" starts the ones and makes the others, and either writes to the data that the
// release has.
func (s *Session) twice(record *journal.Record, found instance.Instance) (names []string) {
	if record == nil {
		return nil
	}
	current := record.Release(record.Current)
	if current == nil {
		return nil
	}
	runs := func(c facts.Container) bool { return c.State == "running" || c.State == "restarting" }
	var mine []facts.Mount
	for _, c := range found.Containers {
		switch {
		case current.Has(c.ID):
			mine = append(mine, c.Mounts...)
		case record.Has(c.ID) && runs(c):
			names = append(names, c.Name)
		}
	}
	for _, c := range found.Others {
		if runs(c) && s.definition.Made(c) && slices.ContainsFunc(c.Mounts, func(m facts.Mount) bool { return isOneOf(m, mine) }) {
			names = append(names, c.Name)
		}
	}
	slices.Sort(names)
	return names
}

func isOneOf(m facts.Mount, list []facts.Mount) bool {
	return slices.ContainsFunc(list, func(o facts.Mount) bool { return m.Source != "" && m.Source == o.Source })
}

// once refuses a change while others write to the data: it would copy data that is being written, or stop one of two that nobody knows to be
// two.
func (s *Session) once(sc *scene) error {
	names := s.twice(sc.record, sc.found)
	if len(names) == 0 {
		return nil
	}
	var quoted []string
	for _, name := range names {
		quoted = append(quoted, message.Quote(name))
	}
	return &journal.RefusedError{
		Reason: message.Say("%s runs beside revision %d of %s and may write to its data", cleaned(names), sc.record.Current, sc.found.Name),
		Hint:   message.Say("%s", s.Engine.Command+" stop "+strings.Join(quoted, " ")),
	}
}

func cleaned(names []string) string {
	var list []string
	for _, name := range names {
		list = append(list, message.Clean(name))
	}
	return strings.Join(list, ", ")
}
