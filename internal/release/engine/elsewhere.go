package engine

import (
	"context"
	"strings"

	"github.com/safeport/safeport/internal/release/journal"
)

// Elsewhere is the endpoint of the engine that runs an instance, if it is another than this one. One engine may have
// several addresses: it is this one if it has a container of the instance.
func (e *Engine) Elsewhere(ctx context.Context, record *journal.Record) (endpoint string, err error) {
	if record == nil || record.Endpoint == e.Endpoint || sameSocket(record.Endpoint, e.Endpoint) {
		return "", nil
	}
	for _, r := range record.Releases {
		for _, c := range r.Containers {
			if _, ok, err := e.Inspect(ctx, c.ID); err != nil || ok {
				return "", err
			}
		}
	}
	return record.Endpoint, nil
}

func sameSocket(a, b string) bool {
	return Same(strings.TrimPrefix(a, "unix://"), strings.TrimPrefix(b, "unix://")) // /var/run is /run
}
