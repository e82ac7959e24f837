package rollout

import (
	"context"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/adopt"
	"github.com/safeport/safeport/internal/release/journal"
)

// compare holds the new containers against those whose place they take, before anything is stopped. One that was started
// by hand must lose nothing. What else is other than before, besides what was asked for, is shown: a definition may have
// changed, or somebody a container.
func (c *rollout) compare(ctx context.Context) error {
	if c.from == nil {
		return nil
	}
	for _, made := range c.to.Containers {
		before := c.predecessor(made)
		if before == nil || before.ID == made.ID {
			continue
		}
		if _, there, err := c.Engine.Inspect(ctx, before.ID); err == nil && !there && !c.from.Adopted {
			continue // somebody has removed it, and this change makes it anew
		}
		old, err := adopt.LookAt(ctx, c.Engine, before.ID)
		if err != nil {
			return message.Errorf("comparing %s with the previous one: %w", made.Name, err)
		}
		now, err := adopt.LookAt(ctx, c.Engine, made.ID)
		if err != nil {
			return message.Errorf("comparing %s with the previous one: %w", made.Name, err)
		}
		flags := c.target.ChosenFlags()
		old.Without(flags)
		now.Without(flags)
		list := adopt.Differences(old, now, c.target.Asked[made.Service])
		if c.from.Adopted && c.from.Project == "" {
			if lost := losses(list); len(lost) > 0 {
				return message.Errorf("%s has options that can't be carried over: %s", before.Name, lost)
			}
		}
		c.tell(made.Name, list)
	}
	return nil
}

// toldMost is how many differences are shown: who is shown more reads none.
const toldMost = 12

func (c *rollout) tell(name string, list []adopt.Difference) {
	for i, d := range list {
		if i == toldMost {
			c.Say("%s differs from before in more ways (%d)", name, len(list)-i)
			return
		}
		c.Say("%s differs from before: %s", name, d.Phrase())
	}
}

func losses(list []adopt.Difference) (lost message.Phrases) {
	for _, d := range list {
		if d.Lost {
			lost = append(lost, d.Phrase())
		}
	}
	return lost
}

// predecessor is the container whose place another one takes; nil when a service is new.
func (c *rollout) predecessor(made journal.Container) *journal.Container {
	if c.from.Adopted && c.from.Project == "" {
		if made.Service != c.target.Service {
			return nil
		}
		return &c.from.Containers[0]
	}
	i := slices.IndexFunc(c.from.Containers, func(old journal.Container) bool {
		return old.Service == made.Service && numberOf(old) == numberOf(made)
	})
	if i < 0 {
		i = slices.IndexFunc(c.from.Containers, func(old journal.Container) bool { return old.Service == made.Service })
	}
	if i < 0 {
		return nil
	}
	return &c.from.Containers[i]
}

// numberOf is which of its service's containers one is, by its name: those of several have no other.
func numberOf(c journal.Container) string {
	return c.Name[strings.LastIndexAny(c.Name, "-_")+1:]
}
