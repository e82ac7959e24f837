package release

import (
	"context"
	"errors"
	"path/filepath"
	"slices"

	"github.com/compose-spec/compose-go/v2/cli"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// ofItsName refuses to make or change an installation by the name of another service's. It would take the place of that one's containers,
// and remove its data when it is uninstalled.
func (s *Session) ofItsName(ctx context.Context, instance string) error {
	var services []string
	if record, err := s.Store.Load(instance); err == nil && record != nil {
		services = []string{record.Service}
	} else if services, err = s.Engine.ServicesOf(ctx, instance); err != nil { // its containers, or the data that was kept
		return err
	}
	if len(services) == 0 || slices.Contains(services, s.definition.Name) {
		return nil
	}
	refused := &journal.RefusedError{
		Reason: message.Say("the name %s belongs to an installation of %s, not of %s", instance, services[0], s.definition.Name),
		Hint:   message.Say("choose another name with --name NAME"),
	}
	if len(s.Question.Files) > 0 {
		refused.Hint = message.Say("choose another name with --name NAME. If it is the same project, renamed, add -p %s", message.Quote(services[0]))
	}
	return refused
}

// renamed refuses to install a project a second time because it has another name by now, or is in another directory, which gives it its
// name: it would come up beside the first, on empty volumes. Whoever names the instance or the project means it.
func (s *Session) renamed(ctx context.Context, sc *scene) error {
	q := s.Question
	if sc.record != nil || q.Instance != "" || q.Project != "" {
		return nil
	}
	other, err := s.underAnotherName(ctx, sc.found.Name)
	if other == nil || err != nil {
		return err
	}
	return &journal.RefusedError{
		Reason: other.reason(q.Files[0], sc.found.Name),
		Hint: message.Say("to change %s, run %q; to install a second instance, add --name %s",
			other.Instance, s.Command(journal.Upgrade, s.namedAs(other.Record)), message.Quote(sc.found.Name)),
	}
}

// isNot refuses to change or to leave what is not installed, if the same project is by another name.
func (s *Session) isNot(ctx context.Context, sc *scene, action journal.Action) error {
	if sc.record != nil || len(sc.serving) > 0 || s.Question.Instance != "" {
		return nil
	}
	other, err := s.underAnotherName(ctx, sc.found.Name)
	if other == nil || err != nil {
		return err
	}
	command := s.Command(journal.Upgrade, s.namedAs(other.Record))
	if action != journal.Upgrade {
		command = s.Command(action, message.Quote(other.Instance))
	}
	return &journal.RefusedError{
		Reason: other.reason(s.Question.Files[0], sc.found.Name),
		Hint:   message.Say("%s", command),
	}
}

// namesake is an installation of the project that the question is about, by another name than the project has now.
type namesake struct {
	*journal.Record
	moved bool // it was installed from files that are gone
}

func (n *namesake) reason(file, name string) message.Phrase {
	if n.moved {
		return message.Say("%s looks like the project installed as %s from %s, which doesn't exist any more. Its name is now %s", file, n.Instance, n.Files[0], name)
	}
	return message.Say("%s is already installed as %s, and its name is now %s", file, n.Instance, name)
}

// underAnotherName looks for an installation of the question's files by another name; nil: there is none.
func (s *Session) underAnotherName(ctx context.Context, name string) (*namesake, error) {
	q := s.Question
	if len(q.Files) == 0 || q.Files[0] == stdin {
		return nil, nil
	}
	names, err := s.Store.Instances()
	if err != nil {
		return nil, err
	}
	var moved *namesake
	for _, other := range names {
		if other == name {
			continue
		}
		record, err := Told(ctx, s.Engine, s.Store, other)
		if err != nil || record == nil || len(record.Files) == 0 {
			continue // what is damaged beyond that is told of when its own name comes up
		}
		switch {
		case isOf(record.Files[0], q.Files[0]):
			return &namesake{record, false}, nil
		case filesGone(record) && s.sameServices(record):
			moved = &namesake{record, true}
		}
	}
	return moved, nil
}

// Told is what the journal tells of an instance, or else its copy, or else the labels of its containers. Nothing is written.
func Told(ctx context.Context, e *engine.Engine, store *journal.Store, name string) (*journal.Record, error) {
	record, err := store.Load(name)
	var damaged *journal.DamagedError
	if !errors.As(err, &damaged) || record != nil {
		return record, nil
	}
	return e.Reconstruct(ctx, store, name)
}

// sameServices says whether an installation has services of the definition, of the same images, and one of the two has no others.
func (s *Session) sameServices(record *journal.Record) bool {
	current := record.Release(record.Current)
	if current == nil {
		return false
	}
	both := 0
	for name, image := range current.Images {
		if now, ok := s.definition.Location.Images[name]; ok && (now == "" || engine.SameRepository(now, image)) {
			both++
		}
	}
	return both > 0 && both == min(len(current.Images), len(s.definition.Location.Images))
}

// isOf says whether two paths name one project: by the same file, or by the directory in which Compose finds it, whatever links they lead
// through.
func isOf(a, b string) bool {
	found := func(file, dir string) bool {
		return slices.Contains(cli.DefaultFileNames, filepath.Base(file)) && (filepath.Dir(file) == dir || engine.Same(filepath.Dir(file), dir))
	}
	return a == b || engine.Same(a, b) || found(a, b) || found(b, a)
}
