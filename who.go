package safeport

import (
	"context"
	"os"

	"github.com/safeport/safeport/internal/check"
	"github.com/safeport/safeport/internal/request"
	"github.com/safeport/safeport/report"
)

// WhoRequest asks who holds ports.
type WhoRequest struct {
	Ports  []string // as in [Request]; without a protocol, TCP and UDP are both asked about
	Engine string   // as in [Request]
	// Language is that of the messages; as in [Request].
	Language report.Language
}

// Who answers the request. The error is a [*UsageError] when a port is no port.
func Who(ctx context.Context, req WhoRequest) (*report.WhoReport, error) {
	r, err := check.Who(ctx, request.Options{Ports: req.Ports, Engine: req.Engine, Language: req.Language, LookupEnv: os.LookupEnv})
	return r, usage(err)
}
