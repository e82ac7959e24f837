package rollout

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/docker/compose/v5/pkg/api"
	"golang.org/x/sync/errgroup"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/desired"
	"github.com/safeport/safeport/internal/release/journal"
)

// atOnce is how many services are made side by side at most.
const atOnce = 4

// create makes the containers and writes down which they are. Of a project it makes those services side by side of which
// none depends on another, and goes on when all of them are done, even if one has failed: Compose, left alone with the whole,
// would then leave the engine to make the others, which nobody looks for any more.
func (c *rollout) create(ctx context.Context) error {
	kept, err := c.keep(ctx)
	if err != nil {
		return err
	}
	if err := c.sign(); err != nil {
		return message.Errorf("creating the containers: %w", err)
	}
	p := desired.Less(desired.External(c.target.Project), c.kept())
	for _, names := range desired.Levels(p) {
		if err = c.createSideBySide(ctx, p, names); err != nil {
			break
		}
	}
	if err != nil {
		return message.Errorf("creating the containers: %w", err)
	}
	made, err := c.Engine.Containers(ctx, c.record.Instance, c.to.Number)
	if err == nil && len(made) == 0 {
		err = message.Errorf("creating the containers: none was created")
	}
	if err != nil {
		return err
	}
	c.to.Containers = slices.Concat(kept, made)
	slices.SortFunc(c.to.Containers, func(a, b journal.Container) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Name, b.Name))
	})
	c.leaving, c.coming = c.record.Apart()
	if !c.target.WaitSaid {
		health, err := c.Engine.HealthWithin(ctx, c.to.Containers)
		if err != nil {
			return err
		}
		c.to.Ready.Within = max(c.to.Ready.Within, health)
	}
	return c.compare(ctx)
}

func (c *rollout) createSideBySide(ctx context.Context, p *types.Project, names []string) error {
	var all errgroup.Group // without a context of its own: the others are not broken off
	all.SetLimit(atOnce)
	for _, name := range names {
		only, err := p.WithSelectedServices([]string{name})
		if err != nil {
			return errors.Join(err, all.Wait())
		}
		all.Go(func() error {
			for _, p := range c.target.OneByOne(only, name) {
				if err := c.Engine.Compose.Create(ctx, p, api.CreateOptions{
					IgnoreOrphans: true, Recreate: api.RecreateNever, RecreateDependencies: api.RecreateNever,
				}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return all.Wait()
}
