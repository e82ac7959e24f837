package engine

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/moby/moby/api/types/container"

	"github.com/safeport/safeport/internal/release/journal"
)

// HealthWithin is how long it may take until all containers have passed their health checks or failed them. They may have
// to wait for each other, so that their times add up.
func (e *Engine) HealthWithin(ctx context.Context, list []journal.Container) (sum time.Duration, err error) {
	for _, c := range list {
		details, ok, err := e.Inspect(ctx, c.ID)
		if err != nil {
			return 0, err
		}
		if ok {
			sum += untilJudged(details.Config.Healthcheck)
		}
	}
	return sum, nil
}

// untilJudged is how long the engine may take to call a container healthy or unhealthy: the start period, and then as many
// checks as may fail, and one more. The defaults are the engine's (docker run --help).
func untilJudged(h *container.HealthConfig) time.Duration {
	if h == nil || len(h.Test) == 0 || slices.Equal(h.Test, []string{"NONE"}) {
		return 0
	}
	each := cmp.Or(h.Interval, 30*time.Second) + cmp.Or(h.Timeout, 30*time.Second)
	return h.StartPeriod + time.Duration(cmp.Or(h.Retries, 3)+1)*each
}
