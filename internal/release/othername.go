package release

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/compose-spec/compose-go/v2/cli"

	"github.com/safeport/safeport/internal/message"
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

// renamed refuses to install a project a second time because the name in its file is another one by now: it would come up beside the
// first, on empty volumes. Whoever names the instance or the project means it.
func (s *Session) renamed(sc *scene) error {
	q := s.Question
	if sc.record != nil || q.Instance != "" || q.Project != "" || len(q.Files) == 0 || q.Files[0] == "-" {
		return nil
	}
	names, err := s.Store.Instances()
	if err != nil {
		return err
	}
	for _, name := range names {
		record, err := s.Store.Load(name)
		if err != nil || record == nil || len(record.Files) == 0 || !isOf(record.Files[0], q.Files[0]) {
			continue // a damaged one is told of when its own name comes up
		}
		as := s.definition.Instance
		if record.Instance != record.Service {
			as = record.Instance
		}
		q.Project = record.Service
		return &journal.RefusedError{
			Reason: message.Say("%s is already installed as %s, and its name is now %s", q.Files[0], record.Instance, sc.found.Name),
			Hint: message.Say("to change %s, run %q; to install a second instance, add --name %s",
				record.Instance, s.Command(journal.Upgrade, s.definedBy(q, as)), message.Quote(sc.found.Name)),
		}
	}
	return nil
}

// isOf says whether two paths name one project: by the same file, or by the directory in which Compose finds it.
func isOf(a, b string) bool {
	found := func(file, dir string) bool {
		return filepath.Dir(file) == dir && slices.Contains(cli.DefaultFileNames, filepath.Base(file))
	}
	return a == b || found(a, b) || found(b, a)
}
