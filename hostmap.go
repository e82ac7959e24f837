package safeport

import (
	"context"

	"github.com/safeport/safeport/internal/check"
	"github.com/safeport/safeport/internal/request"
	"github.com/safeport/safeport/report"
)

// Map draws the host's ports. The request says what is wanted, as for [Check]; the zero Request wants nothing.
func Map(ctx context.Context, req Request) (*report.MapReport, error) {
	r, err := check.Map(ctx, request.Options(req))
	return r, usage(err)
}
