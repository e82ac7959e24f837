package release

import (
	"context"
	"path"
	"slices"

	"github.com/moby/moby/api/types/container"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/desired"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// inLayer refuses to take over a container that has data in its own layer where the new one has a volume. The new one
// would find the volume empty, and start anew.
func (s *Session) inLayer(ctx context.Context, old engine.Serving, t *desired.Target) error {
	for _, v := range t.Project.Services[old.ServiceOf(t.Service)].Volumes {
		if slices.ContainsFunc(old.Inspect.Mounts, func(m container.MountPoint) bool { return engine.Within(v.Target, m.Destination) }) {
			continue
		}
		written, err := s.Engine.Written(ctx, old.Inspect, v.Target)
		if err != nil {
			return err
		}
		if written {
			docker, from := s.Engine.Command, old.Container.Name+":"+v.Target
			return &journal.RefusedError{
				Reason: message.Say("%s has data at %s outside any volume. A new container would lose it", old.Container.Name, v.Target),
				Hint: message.Say("create a container with a volume there and copy the data: %s",
					docker+" cp -a "+message.Quote(from)+" - | "+docker+" cp -a - NEW:"+message.Quote(path.Dir(v.Target))),
			}
		}
	}
	return nil
}
