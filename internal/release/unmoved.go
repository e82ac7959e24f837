package release

import (
	"cmp"
	"context"
	"slices"

	"github.com/moby/moby/api/types/container"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/backup"
	"github.com/safeport/safeport/internal/release/desired"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/internal/settings"
)

// unmoved refuses to give a container's data to a version that does not read it. That one would start empty, answer, and pass
// for upgraded. Data outside any mount is left to inLayer, which refuses it.
func (s *Session) unmoved(ctx context.Context, sc *scene) error {
	l := s.definition.Legacy
	if l == nil || l.Move == nil || len(sc.serving) == 0 || !l.Move.When.Holds(sc.target.Values) || s.reads(sc.target.Version) {
		return nil
	}
	old := sc.serving[0]
	there := func(files []string) (bool, error) {
		for _, file := range files {
			if !slices.ContainsFunc(old.Inspect.Mounts, func(m container.MountPoint) bool { return engine.Within(file, m.Destination) }) {
				continue
			}
			if is, err := backup.IsThere(ctx, s.Engine, old.Container.ID, file); is || err != nil {
				return is, err
			}
		}
		return false, nil
	}
	if moved, err := there(l.Moved); moved || err != nil {
		return err
	}
	data, err := there(l.Files)
	if err != nil || !data && !s.reads(desired.VersionOf(old.Inspect.Config.Image)) {
		return err
	}
	return &journal.RefusedError{
		Reason: message.Say("%s still has the data of an older version. %s", sc.found.Name, l.Move.About),
		Hint:   message.Say("back up its data, then run: %s", s.definition.MoveCommand(sc.target.Values, old.Container.Name, s.Engine.Command, mounts(old.Inspect))),
	}
}

// mounts are the options of "docker run" by which another container has the same volumes and directories.
func mounts(c container.InspectResponse) string {
	var options []string
	for _, m := range c.Mounts {
		from := cmp.Or(m.Name, m.Source)
		if from == "" || m.Destination == "/var/run/docker.sock" {
			continue
		}
		option := from + ":" + m.Destination
		if !m.RW {
			option += ":ro"
		}
		options = append(options, option)
	}
	slices.Sort(options)
	var words []string
	for _, option := range options {
		words = append(words, "-v", option)
	}
	return message.Line(words)
}

// reads says whether a version is known to be older than all that the definition describes: it reads the old data.
func (s *Session) reads(version string) bool {
	d := s.definition.Setting("version")
	return d != nil && d.Least != "" && version != "" && settings.CompareVersions(version, d.Least) < 0
}
