package release

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/go-units"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/message"
)

// Copy is data that is to be copied before a change.
type Copy struct {
	container string // its id
	path      string // in the container
	size      int64  // bytes, as far as they could be counted
}

// copiesOf finds the data of a release that lies at the paths: what its containers have mounted there. What is in a
// container's own layer stays in the container, which is kept; where nothing is, there is nothing to copy. The reasons are for the paths
// that are left out.
func copiesOf(ctx context.Context, e *Engine, r *Release, paths []string) (list []Copy, leftOut message.Phrases, err error) {
	seen := map[string]bool{} // two services may share a volume
	for _, path := range paths {
		why, found := message.Say("%s is in no volume", path), false
		for _, c := range r.Containers {
			details, ok, err := e.inspect(ctx, c.ID)
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
			there, err := isThere(ctx, e, c.ID, path)
			if err != nil {
				return nil, nil, err
			}
			if there && e.podman {
				o, err := ownersOf(e, details, m, path)
				if err != nil {
					why = message.Say("%s could not be put back as it is: Podman does not tell whose its files are, and it cannot be seen (%v)", path, err)
					continue
				}
				o.root.Close()
			}
			found = true
			if inside := filepath.Join(m.Source, strings.TrimPrefix(path, m.Destination)); there && !seen[inside] {
				seen[inside] = true
				list = append(list, Copy{c.ID, path, measure(m.Source, strings.TrimPrefix(path, m.Destination))})
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
		case m.Destination != path && within(m.Destination, path):
			return nil, because("%s has something else mounted in it, at %s", path, m.Destination)
		case within(path, m.Destination) && (found == nil || len(m.Destination) > len(found.Destination)):
			found = &m
		}
	}
	switch {
	case found == nil:
	case !found.RW:
		return nil, because("%s is mounted read only", path)
	case found.Destination == path && c.HostConfig.ReadonlyRootfs: // through which the engine reaches the mount
		return nil, because("%s could not be put back, as the container's own files are read only", path)
	}
	return found, nil
}

func within(path, dir string) bool {
	return path == dir || strings.HasPrefix(path, strings.TrimSuffix(dir, "/")+"/")
}

func isThere(ctx context.Context, e *Engine, id, path string) (bool, error) {
	_, err := e.api.ContainerStatPath(ctx, id, client.ContainerStatPathOptions{Path: path})
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
		sum += archiveEntry
		return nil
	})
	return sum
}

const (
	// archiveEntry is what an entry takes in an archive besides its content, rounded up to blocks.
	archiveEntry = 1 << 10
	// spare is what must stay free for the journal, and for everybody else on the disk.
	spare = 64 << 20
)

// room refuses copies that the disk may not hold, twice: if the change is undone, what it had made of the data is copied too. It is
// asked before anything is changed.
func (s *Store) room(list []Copy) error {
	var need int64
	for _, c := range list {
		need += c.size
	}
	dir := s.backupDir("")
	for _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) && dir != filepath.Dir(dir); _, err = os.Stat(dir) {
		dir = filepath.Dir(dir)
	}
	var disk unix.Statfs_t
	if err := unix.Statfs(dir, &disk); err != nil {
		return message.Errorf("looking for room in %s: %w", dir, err)
	}
	if free := int64(disk.Bavail) * disk.Bsize; free < 2*need+spare {
		return &RefusedError{
			Reason: message.Say("the data to be copied has %s, an undo takes as much again, and %s has %s free", units.HumanSize(float64(need)), dir, units.HumanSize(float64(free))),
			Hint:   message.Say("make room, or keep the copy elsewhere by --state-dir; --no-backup goes without one"),
		}
	}
	return nil
}

// pathsOf are the paths of the copies, each once.
func pathsOf(list []Copy) []string {
	var paths []string
	for _, c := range list {
		if !slices.Contains(paths, c.path) {
			paths = append(paths, c.path)
		}
	}
	return paths
}

func because(format string, args ...any) *message.Phrase {
	why := message.Say(format, args...)
	return &why
}
