package rollout

import (
	"context"
	"slices"
	"strconv"

	"github.com/docker/compose/v5/pkg/api"

	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// follow finds those containers of the release that serves that somebody has made anew, as programs do that update containers, and as
// "docker compose up" does with a project that was given back to it. They have the names and the labels of those that they came in the
// place of, and other ids.
func (r *Runner) follow(ctx context.Context, record *journal.Record) error {
	current := record.Release(record.Current)
	if current == nil {
		return nil
	}
	for _, c := range current.Containers {
		if _, ok, err := r.Engine.Inspect(ctx, c.ID); err != nil || ok {
			if err != nil {
				return err
			}
			continue
		}
		is, ok, err := r.Engine.Inspect(ctx, c.Name)
		if err != nil {
			return err
		}
		if !ok || is.Name != "/"+c.Name || record.Has(is.ID) || !hasPlaceOf(record, current, c, is.Config.Labels, is.Config.Image) {
			continue
		}
		for i, x := range record.Releases { // which may share it
			record.Releases[i].Containers = slices.Clone(x.Containers)
			for j, o := range x.Containers {
				if o.ID == c.ID {
					record.Releases[i].Containers[j].ID = is.ID
				}
			}
		}
	}
	return nil
}

// hasPlaceOf says whether what is known of a container is what is known of another one that is gone.
func hasPlaceOf(record *journal.Record, x *journal.Release, c journal.Container, labels map[string]string, image string) bool {
	switch {
	case !x.Adopted:
		number := c.Made
		if number == 0 {
			number = x.Number
		}
		return labels[engine.LabelInstance] == record.Instance && labels[engine.LabelRelease] == strconv.Itoa(number) && labels[api.ServiceLabel] == c.Service
	case labels[engine.LabelInstance] != "":
		return false
	case x.Project != "":
		return labels[api.ProjectLabel] == x.Project && labels[api.ServiceLabel] == c.Service
	}
	return labels[engine.LabelService] == "" && engine.SameRepository(image, x.Image)
}
