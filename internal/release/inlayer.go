package release

import (
	"context"
	"path"
	"slices"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/message"
)

// inLayer refuses to take over a container that has data in its own layer where the new one has a volume. The new one
// would find the volume empty, and start anew.
func (s *Session) inLayer(ctx context.Context, old Serving, t *Target) error {
	for _, v := range t.Project.Services[old.serviceOf(t.Service)].Volumes {
		if slices.ContainsFunc(old.Inspect.Mounts, func(m container.MountPoint) bool { return within(v.Target, m.Destination) }) {
			continue
		}
		written, err := s.Engine.written(ctx, old.Inspect, v.Target)
		if err != nil {
			return err
		}
		if written {
			docker, from := s.Engine.command, old.Claim.Name+":"+v.Target
			return &RefusedError{
				Reason: message.Say("%s has data at %s, and no volume there: a new container would be without it", old.Claim.Name, v.Target),
				Hint: message.Say("make a container that has one there, and copy the data into it: %s",
					docker+" cp -a "+message.Quote(from)+" - | "+docker+" cp -a - NEW:"+message.Quote(path.Dir(v.Target))),
			}
		}
	}
	return nil
}

// written says whether a container has anything of its own in a directory, besides what is mounted there.
func (e *Engine) written(ctx context.Context, c container.InspectResponse, dir string) (bool, error) {
	res, err := e.api.ContainerDiff(ctx, c.ID, client.ContainerDiffOptions{})
	if err != nil {
		return false, message.Errorf("looking for data of container %s at %s: %w", c.Name[1:], dir, err)
	}
	return slices.ContainsFunc(res.Changes, func(f container.FilesystemChange) bool {
		return f.Kind != container.ChangeDelete && f.Path != dir && within(f.Path, dir) &&
			!slices.ContainsFunc(c.Mounts, func(m container.MountPoint) bool {
				return within(f.Path, m.Destination) || within(m.Destination, f.Path)
			})
	}), nil
}
