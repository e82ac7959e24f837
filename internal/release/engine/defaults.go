package engine

import (
	"cmp"
	"context"

	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/message"
)

// Defaults are what an engine gives to those who do not choose.
type Defaults struct{ Runtime, LogDriver string }

// defaults asks the engine for its own; one that does not say has those of Docker.
func (e *Engine) defaults(ctx context.Context) (Defaults, error) {
	res, err := e.Api.Info(ctx, client.InfoOptions{})
	if err != nil {
		return Defaults{}, message.Errorf("reading the engine's defaults: %w", err)
	}
	return Defaults{cmp.Or(res.Info.DefaultRuntime, "runc"), cmp.Or(res.Info.LoggingDriver, "json-file")}, nil
}
