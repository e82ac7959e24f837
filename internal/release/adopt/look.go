package adopt

import (
	"cmp"
	"context"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/engine"
)

// LookAt reads a container and its image.
func LookAt(ctx context.Context, e *engine.Engine, id string) (l look, err error) {
	c, ok, err := e.Inspect(ctx, id)
	if err != nil || !ok {
		return l, cmp.Or(err, message.Errorf("container %s is gone", id))
	}
	image, err := e.ImageConfig(ctx, c)
	if err != nil {
		return l, err
	}
	if l.traits, err = traitsOf(c); err != nil {
		return l, err
	}
	l.image, err = imageTraits(image)
	return l, err
}

// Without takes flags out of the arguments.
func (l *look) Without(flags map[string]bool) {
	if args, ok := l.traits[Trait{AnOption, "Cmd"}].([]any); ok {
		if words, ok := wordsOf(args); ok {
			kept := []any{}
			for _, w := range withoutFlags(words, flags) {
				kept = append(kept, w)
			}
			l.traits[Trait{AnOption, "Cmd"}] = kept
		}
	}
}
