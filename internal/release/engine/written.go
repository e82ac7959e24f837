package engine

import (
	"context"
	"slices"
	"strings"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/message"
)

func Within(path, dir string) bool {
	return path == dir || strings.HasPrefix(path, strings.TrimSuffix(dir, "/")+"/")
}

// Written says whether a container has anything of its own in a directory, besides what is mounted there.
func (e *Engine) Written(ctx context.Context, c container.InspectResponse, dir string) (bool, error) {
	res, err := e.Api.ContainerDiff(ctx, c.ID, client.ContainerDiffOptions{})
	if err != nil {
		return false, message.Errorf("looking for data of container %s at %s: %w", c.Name[1:], dir, err)
	}
	return slices.ContainsFunc(res.Changes, func(f container.FilesystemChange) bool {
		return f.Kind != container.ChangeDelete && f.Path != dir && Within(f.Path, dir) &&
			!slices.ContainsFunc(c.Mounts, func(m container.MountPoint) bool {
				return Within(f.Path, m.Destination) || Within(m.Destination, f.Path)
			})
	}), nil
}
