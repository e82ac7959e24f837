package release

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/docker/compose/v5/pkg/api"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// aim finds what is wanted of an instance, and refuses where it would lose what the instance was started with.
func (s *Session) aim(ctx context.Context, sc *scene) error {
	if err := s.once(sc); err != nil {
		return err
	}
	if err := s.otherWords(sc); err != nil {
		return err
	}
	if err := s.byTheirFiles(sc); err != nil {
		return err
	}
	if err := s.byAllFiles(sc); err != nil {
		return err
	}
	if err := s.resolve(ctx, sc); err != nil {
		return err
	}
	if err := s.asStarted(ctx, sc); err != nil {
		return err
	}
	return s.imagesThere(sc)
}

// byAllFiles refuses to change what safeport has installed by some of its files alone: what stands in those that are left out would be lost, a
// volume among it. Other files in their place are another matter, and so is one that is gone.
func (s *Session) byAllFiles(sc *scene) error {
	if sc.record == nil || len(sc.serving) == 0 || sc.serving[0].Project != "" {
		return nil
	}
	given := s.definition.Location.Files
	for _, file := range given {
		if !slices.ContainsFunc(sc.record.Files, func(f string) bool { return engine.Same(f, file) }) {
			return nil
		}
	}
	left := slices.DeleteFunc(slices.Clone(sc.record.Files), func(f string) bool {
		info, err := os.Stat(f)
		return err != nil || info.IsDir() || slices.ContainsFunc(given, func(g string) bool { return engine.Same(f, g) })
	})
	if len(left) == 0 {
		return nil
	}
	return &journal.RefusedError{
		Reason: message.Say("%s was installed with more files, which would be left out: %s", sc.found.Name, strings.Join(left, ", ")),
		Hint: message.Say("to keep what they say, run: %s; to leave them out, move them away first",
			s.Command(journal.Upgrade, message.Quote(sc.found.Name))),
	}
}

// byTheirFiles refuses to take over what Compose has made by other files than it was made from, those with variables too. What stands in one
// that is left out would be lost, a volume among it. A file that is gone is left out by its user.
func (s *Session) byTheirFiles(sc *scene) error {
	q := s.Question
	var left []string
	for _, old := range sc.serving {
		if old.Project == "" {
			continue
		}
		if lost := s.definition.LeftOut(old.Container); len(lost) > 0 {
			left, q.Files = append(left, lost...), slices.DeleteFunc(slices.Clone(old.Container.Files), gone)
		}
		variables := slices.DeleteFunc(strings.Split(old.Inspect.Config.Labels[api.EnvironmentFileLabel], ","), gone)
		if lost := slices.DeleteFunc(slices.Clone(variables), s.readsVariables); len(lost) > 0 {
			left, q.EnvFiles = append(left, lost...), variables
		}
	}
	if len(left) == 0 {
		return nil
	}
	slices.Sort(left)
	return &journal.RefusedError{
		Reason: message.Say("%s was started with more files, which would be left out: %s", sc.found.Name, strings.Join(slices.Compact(left), ", ")),
		Hint: message.Say("to keep what they say, run: %s; to leave them out, recreate the project without them first, with \"docker compose up -d --force-recreate\"",
			s.Command(journal.Upgrade, s.definedBy(q, sc.found.Name))),
	}
}

// readsVariables says whether a file of variables is read for the definition. Compose reads ".env" where none is named.
func (s *Session) readsVariables(file string) bool {
	read := s.definition.Remembered().EnvFiles // those that the environment names, too
	if len(read) == 0 {
		read = []string{filepath.Join(s.definition.Location.Directory, ".env")}
	}
	return slices.ContainsFunc(read, func(f string) bool { return engine.Same(f, file) })
}

// gone says whether a path, which is whole, leads to nothing.
func gone(path string) bool { return !filepath.IsAbs(path) || engine.Gone(path) }

// asStarted refuses to take over what Compose has made where the files come to less than that: a service whose profile is not active now
// would be stopped, and one whose volume is called otherwise would begin anew. Both is so with variables of a shell that is gone.
func (s *Session) asStarted(ctx context.Context, sc *scene) error {
	for _, old := range sc.serving {
		if old.Project == "" {
			continue
		}
		if off, is := sc.target.Project.DisabledServices[old.Service]; is && old.Inspect.State.Running {
			q := s.Question
			q.Profiles = append(slices.Clone(s.definition.Remembered().Profiles), off.Profiles[0])
			return &journal.RefusedError{
				Reason: message.Say("service %s is running and would be stopped, because its profile is not active", old.Service),
				Hint: message.Say("to keep it, run: %s; to leave it out, first run: %s",
					s.Command(journal.Upgrade, s.definedBy(q, sc.found.Name)), s.Engine.Command+" stop "+message.Quote(old.Container.Name)),
			}
		}
		for _, m := range old.Inspect.Mounts {
			if err := s.elsewhereEmpty(ctx, sc, old, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// elsewhereEmpty refuses a volume or a directory that takes the place of another one and is not there yet.
func (s *Session) elsewhereEmpty(ctx context.Context, sc *scene, old engine.Serving, m container.MountPoint) error {
	from := cmp.Or(m.Name, m.Source)
	if m.Type != mount.TypeVolume && m.Type != mount.TypeBind || engine.IsAnonymous(m.Name) {
		return nil
	}
	to, isVolume := sc.target.MountedAt(old.Service, m.Destination)
	if to == "" || to == from {
		return nil
	}
	command := "mkdir -p " + message.Quote(to)
	there := !gone(to)
	if isVolume {
		command = s.Engine.Command + " volume create " + message.Quote(to)
		var err error
		if there, err = s.Engine.HasVolume(ctx, to); err != nil {
			return err
		}
	}
	if there {
		return nil
	}
	return &journal.RefusedError{
		Reason: message.Say("service %s has %s at %s, but the files name %s, which doesn't exist yet", old.Service, from, m.Destination, to),
		Hint:   message.Say("set the variables that it was started with; to start without that data, first run: %s", command),
	}
}
