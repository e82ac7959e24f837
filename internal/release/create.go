package release

import (
	"context"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/docker/compose/v5/pkg/api"

	"safeport/internal/message"
)

// create makes the containers and writes down which they are. Of a project it makes one service after the other, each when
// those it depends on are there: Compose would make them side by side, and when one cannot be made leave the engine to make
// the others, which nobody looks for any more.
func (c *change) create(ctx context.Context) error {
	if err := c.sign(); err != nil {
		return message.Errorf("creating the containers: %w", err)
	}
	p := external(c.target.Project)
	err := p.ForEachService(p.ServiceNames(), func(name string, _ *types.ServiceConfig) error {
		only, err := p.WithSelectedServices([]string{name})
		if err != nil {
			return err
		}
		return c.Engine.compose.Create(ctx, only, api.CreateOptions{
			IgnoreOrphans: true, Recreate: api.RecreateNever, RecreateDependencies: api.RecreateNever,
		})
	})
	if err != nil {
		return message.Errorf("creating the containers: %w", err)
	}
	c.to.Containers, err = c.Engine.containers(ctx, c.record.Instance, c.to.Number)
	if err == nil && len(c.to.Containers) == 0 {
		err = message.Errorf("creating the containers: none was made")
	}
	if err != nil {
		return err
	}
	if !c.target.waitSaid {
		health, err := c.Engine.healthWithin(ctx, c.to.Containers)
		if err != nil {
			return err
		}
		c.to.Ready.Within = max(c.to.Ready.Within, health)
	}
	return c.compare(ctx)
}
