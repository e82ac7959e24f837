package safeport

import (
	"context"

	"github.com/safeport/safeport/internal/check"
	"github.com/safeport/safeport/report"
)

// FreeRequest asks for ports that are really free and stay so.
type FreeRequest struct {
	Count      int    // how many; 0: one, or with a Range every one in it
	Range      string // "8000-8100"; empty: 8080 and up, outside the ephemeral range
	Contiguous bool   // one block of consecutive ports
	Protocol   string // "tcp" (the default) or "udp"
	Engine     string // as in [Request]
}

// Free answers the request: each port was bound on IPv4 and IPv6 just now, lies outside the ephemeral range unless it is
// reserved, is not refused by browsers, and is not used by a stopped container. The same host gives the same ports
// from run to run. The error is a [*UsageError], or a [*NotEnoughError] beside the ports that are free.
func Free(ctx context.Context, req FreeRequest) (*report.FreeReport, error) {
	r, err := check.Free(ctx, check.FreeOptions(req))
	return r, usage(err)
}
