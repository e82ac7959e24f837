package release

import (
	"context"
	"slices"
	"strings"

	"github.com/moby/moby/api/types/container"

	"safeport/internal/message"
)

// compare holds the new containers against those whose place they take, before anything is stopped. One that was started
// by hand must lose nothing. Of safeport's own it is shown what is other than before, besides the settings that were
// chosen: a definition may have changed, or somebody a container.
func (c *change) compare(ctx context.Context) error {
	if c.from == nil {
		return nil
	}
	for _, made := range c.to.Containers {
		before := c.predecessor(made)
		if before == nil {
			continue
		}
		old, ok, err := c.Engine.inspect(ctx, before.ID)
		if err != nil || !ok {
			return err
		}
		now, ok, err := c.Engine.inspect(ctx, made.ID)
		if err != nil || !ok {
			return err
		}
		list, err := lost(old.HostConfig, now.HostConfig)
		if err != nil {
			return message.Errorf("comparing the options of %s: %w", made.Name, err)
		}
		if c.from.Adopted {
			if len(list) > 0 {
				return message.Errorf("%s has options that would not be carried over: %s", before.Name, list)
			}
			continue
		}
		gained, err := gained(old.HostConfig, now.HostConfig)
		if err != nil {
			return message.Errorf("comparing the options of %s: %w", made.Name, err)
		}
		list = append(append(list, gained...), otherMounts(old, now)...)
		if len(list) > 0 {
			c.Say("besides the settings, %s is other than before: %s", made.Name, list)
		}
	}
	return nil
}

// predecessor is the container whose place another one takes; nil when a service is new.
func (c *change) predecessor(made Container) *Container {
	if c.from.Adopted {
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

// gained names the options that only the new container has.
func gained(old, made *container.HostConfig) (message.Phrases, error) {
	was, err := fields(old)
	if err != nil {
		return nil, err
	}
	is, err := fields(made)
	if err != nil {
		return nil, err
	}
	var list message.Phrases
	for name := range notEmpty(is) {
		if empty(was[name]) && !slices.Contains(notCompared, name) {
			list = append(list, message.Say("%s (%s instead of %s)", name, inWords(is[name]), inWords(nil)))
		}
	}
	slices.SortFunc(list, func(a, b message.Phrase) int { return strings.Compare(a.String(), b.String()) })
	return list, nil
}

func notEmpty(m map[string]any) map[string]any {
	kept, _ := chosen(m).(map[string]any)
	return kept
}

// otherMounts names the places where something else, or nothing, is mounted now. The data would seem to be gone.
func otherMounts(old, made container.InspectResponse) (list message.Phrases) {
	source := func(c container.InspectResponse, at string) string {
		for _, m := range c.Mounts {
			switch {
			case m.Destination != at:
			case m.Name != "":
				return m.Name
			default:
				return m.Source
			}
		}
		return ""
	}
	for _, m := range old.Mounts {
		was, is := source(old, m.Destination), source(made, m.Destination)
		if is == "" {
			list = append(list, message.Say("%s (%s instead of %s)", m.Destination, inWords(nil), was))
		} else if is != was {
			list = append(list, message.Say("%s (%s instead of %s)", m.Destination, is, was))
		}
	}
	return list
}
