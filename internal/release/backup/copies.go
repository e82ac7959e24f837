package backup

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// CopiesOf finds the data of a release that lies at the paths: what its containers have mounted there. What is in a
// container's own layer stays in the container, which is kept; where nothing is, there is nothing to copy. The reasons are for the paths
// that are left out.
func CopiesOf(ctx context.Context, e *engine.Engine, r *journal.Release, paths []string) (list []journal.Copy, leftOut message.Phrases, err error) {
	seen := map[string]bool{} // two services may share a volume
	for _, path := range paths {
		why, found := message.Say("%s is not in a volume", path), false
		for _, c := range r.Containers {
			details, ok, err := e.Inspect(ctx, c.ID)
			if err != nil || !ok {
				return nil, nil, errors.Join(err, message.Errorf("looking for the data of container %s", c.Name))
			}
			m, unfit := mountAt(details, path)
			if unfit != nil {
				why = *unfit
			}
			if m == nil {
				continue
			}
			there, err := IsThere(ctx, e, c.ID, path)
			if err != nil {
				return nil, nil, err
			}
			if there && e.Podman {
				o, err := ownersOf(e, details, m, path)
				if err != nil {
					why = message.Say("%s couldn't be restored exactly: Podman doesn't report file owners, and they can't be read (%v)", path, err)
					continue
				}
				o.root.Close()
			}
			found = true
			if inside := filepath.Join(m.Source, strings.TrimPrefix(path, m.Destination)); there && !seen[inside] {
				seen[inside] = true
				list = append(list, journal.Copy{Container: c.ID, Path: path, Size: measure(m.Source, strings.TrimPrefix(path, m.Destination))})
			}
		}
		if !found {
			leftOut = append(leftOut, why)
		}
	}
	return list, leftOut, nil
}

// mountAt is what is mounted at a path of a container, or above it; nil when there is nothing that could be put back later,
// with the reason unless that is that nothing is mounted.
func mountAt(c container.InspectResponse, path string) (found *container.MountPoint, unfit *message.Phrase) {
	for _, m := range c.Mounts {
		switch {
		case m.Destination != path && engine.Within(m.Destination, path):
			return nil, because("%s has another mount inside it, at %s", path, m.Destination)
		case engine.Within(path, m.Destination) && (found == nil || len(m.Destination) > len(found.Destination)):
			found = &m
		}
	}
	switch {
	case found == nil:
	case !found.RW:
		return nil, because("%s is mounted read-only", path)
	case found.Destination == path && c.HostConfig.ReadonlyRootfs: // through which the engine reaches the mount
		return nil, because("%s can't be restored, because the container's files are read-only", path)
	}
	return found, nil
}

func IsThere(ctx context.Context, e *engine.Engine, id, path string) (bool, error) {
	_, err := e.Api.ContainerStatPath(ctx, id, client.ContainerStatPathOptions{Path: path})
	if cerrdefs.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, message.Errorf("looking for %s in container %s: %w", path, id, err)
	}
	return true, nil
}

// measure adds up the files below a directory of the host, without following links out of it. What the user may not read
// is not counted: then the disk's end is found when it comes, and the change is undone.
func measure(source, below string) (sum int64) {
	root, err := os.OpenRoot(source)
	if err != nil {
		return 0
	}
	defer root.Close()
	below = strings.Trim(below, "/")
	if below == "" {
		below = "."
	}
	_ = fs.WalkDir(root.FS(), below, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if info, err := d.Info(); err == nil && info.Mode().IsRegular() {
			sum += info.Size()
		}
		sum += journal.ArchiveEntry
		return nil
	})
	return sum
}

func because(format string, args ...any) *message.Phrase {
	why := message.Say(format, args...)
	return &why
}
