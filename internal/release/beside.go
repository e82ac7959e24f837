package release

import (
	"cmp"
	"context"
	"slices"

	"github.com/safeport/safeport/internal/message"
)

// compare holds the new containers against those whose place they take, before anything is stopped. One that was started
// by hand must lose nothing. What else is other than before, besides what was asked for, is shown: a definition may have
// changed, or somebody a container.
func (c *change) compare(ctx context.Context) error {
	if c.from == nil {
		return nil
	}
	for _, made := range c.to.Containers {
		before := c.predecessor(made)
		if before == nil {
			continue
		}
		old, err := lookAt(ctx, c.Engine, before.ID)
		if err != nil {
			return message.Errorf("comparing %s with the one before: %w", made.Name, err)
		}
		now, err := lookAt(ctx, c.Engine, made.ID)
		if err != nil {
			return message.Errorf("comparing %s with the one before: %w", made.Name, err)
		}
		flags := c.target.chosenFlags()
		old.without(flags)
		now.without(flags)
		list := differences(old, now, c.target.Asked[made.Service])
		if c.from.Adopted && c.from.Project == "" {
			if lost := losses(list); len(lost) > 0 {
				return message.Errorf("%s has options that would not be carried over: %s", before.Name, lost)
			}
		}
		c.tell(made.Name, list)
	}
	return nil
}

// toldMost is how many differences are shown: who is shown more reads none.
const toldMost = 12

func (c *change) tell(name string, list []difference) {
	for i, d := range list {
		if i == toldMost {
			c.Say("besides the settings, %s is other than before in further things: %d", name, len(list)-i)
			return
		}
		c.Say("besides the settings, %s is other than before: %s", name, d.phrase())
	}
}

func losses(list []difference) (lost message.Phrases) {
	for _, d := range list {
		if d.lost {
			lost = append(lost, d.phrase())
		}
	}
	return lost
}

// lookAt reads a container and its image.
func lookAt(ctx context.Context, e *Engine, id string) (l look, err error) {
	c, ok, err := e.inspect(ctx, id)
	if err != nil || !ok {
		return l, cmp.Or(err, message.Errorf("container %s is gone", id))
	}
	image, err := e.imageConfig(ctx, c)
	if err != nil {
		return l, err
	}
	if l.traits, err = traitsOf(c); err != nil {
		return l, err
	}
	l.image, err = imageTraits(image)
	return l, err
}

// without takes flags out of the arguments.
func (l *look) without(flags map[string]bool) {
	if args, ok := l.traits[trait{anOption, "Cmd"}].([]any); ok {
		if words, ok := wordsOf(args); ok {
			kept := []any{}
			for _, w := range withoutFlags(words, flags) {
				kept = append(kept, w)
			}
			l.traits[trait{anOption, "Cmd"}] = kept
		}
	}
}

// predecessor is the container whose place another one takes; nil when a service is new.
func (c *change) predecessor(made Container) *Container {
	if c.from.Adopted && c.from.Project == "" {
		if made.Service != c.target.Service {
			return nil
		}
		return &c.from.Containers[0]
	}
	i := slices.IndexFunc(c.from.Containers, func(old Container) bool { return old.Service == made.Service })
	if i < 0 {
		return nil
	}
	return &c.from.Containers[i]
}
