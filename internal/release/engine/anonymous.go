package engine

import (
	"context"
	"regexp"
	"slices"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"

	"github.com/safeport/safeport/internal/release/journal"
)

// anonymous are the names that engines give to volumes without one.
var anonymous = regexp.MustCompile(`^[0-9a-f]{64}$`)

// IsAnonymous says whether a volume has no name that somebody has given it.
func IsAnonymous(volume string) bool { return anonymous.MatchString(volume) }

// Anonymous are the volumes without a name that containers have: no label says whose they are. Sorted.
func (e *Engine) Anonymous(ctx context.Context, list []journal.Container) ([]string, error) {
	return e.volumes(ctx, list, IsAnonymous)
}

// Named are the volumes with a name that containers have and safeport has not made for the instance: somebody else's. Sorted.
func (e *Engine) Named(ctx context.Context, instance string, list []journal.Container) ([]string, error) {
	own, err := e.Volumes(ctx, instance)
	if err != nil {
		return nil, err
	}
	return e.volumes(ctx, list, func(name string) bool { return !IsAnonymous(name) && !slices.Contains(own, name) })
}

func (e *Engine) volumes(ctx context.Context, list []journal.Container, wanted func(name string) bool) ([]string, error) {
	return e.mounted(ctx, list, func(m container.MountPoint) string {
		if m.Type == mount.TypeVolume && wanted(m.Name) {
			return m.Name
		}
		return ""
	})
}

// mounted are what containers mount, each called as name does; sorted, without those that it gives no name.
func (e *Engine) mounted(ctx context.Context, list []journal.Container, name func(container.MountPoint) string) (names []string, err error) {
	for _, c := range list {
		is, ok, err := e.Inspect(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		for _, m := range is.Mounts {
			if n := name(m); n != "" {
				names = append(names, n)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// RemoveUnused removes a volume unless a container has it.
func (e *Engine) RemoveUnused(ctx context.Context, name string) error {
	err := e.RemoveVolume(ctx, name)
	if cerrdefs.IsConflict(err) {
		return nil
	}
	return err
}

// EveryContainer are those of all releases of an instance, found by their labels.
func (e *Engine) EveryContainer(ctx context.Context, instance string) (list []journal.Container, err error) {
	found, err := e.Made(ctx, instance)
	if err != nil {
		return nil, err
	}
	for _, c := range found {
		list = append(list, journal.Container{ID: c.ID})
	}
	return list, nil
}
