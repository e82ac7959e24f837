package engine

import (
	"context"
	"regexp"
	"slices"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/mount"

	"github.com/safeport/safeport/internal/release/journal"
)

// anonymous are the names that engines give to volumes without one.
var anonymous = regexp.MustCompile(`^[0-9a-f]{64}$`)

// IsAnonymous says whether a volume has no name that somebody has given it.
func IsAnonymous(volume string) bool { return anonymous.MatchString(volume) }

// Anonymous are the volumes without a name that containers have: no label says whose they are. Sorted.
func (e *Engine) Anonymous(ctx context.Context, list []journal.Container) ([]string, error) {
	var names []string
	for _, c := range list {
		is, ok, err := e.Inspect(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		for _, m := range is.Mounts {
			if m.Type == mount.TypeVolume && IsAnonymous(m.Name) {
				names = append(names, m.Name)
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
	found, err := e.List(ctx, LabelInstance+"="+instance, LabelRelease)
	if err != nil {
		return nil, err
	}
	for _, c := range found {
		list = append(list, journal.Container{ID: c.ID})
	}
	return list, nil
}
