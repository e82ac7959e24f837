package safeport

import (
	"context"
	"os"

	"github.com/safeport/safeport/internal/check"
	"github.com/safeport/safeport/internal/request"
	"github.com/safeport/safeport/report"
)

// ListRequest asks for all ports in use. The zero ListRequest leaves out no more than connections.
type ListRequest struct {
	Engine string // as in [Request]
	// What the list is narrowed down to; empty leaves nothing out.
	Ranges      []string // ports: "80", "8000-9000"
	Name        string   // part of the name of the holder, or of its unit
	User        string   // name of the holder's user
	Container   string   // part of the name of the holder's container
	Connections bool     // sockets at the host's end of connections, too
}

// List answers the request. The error is a [*UsageError] when a range is none.
func List(ctx context.Context, req ListRequest) (*report.ListReport, error) {
	r, err := check.List(ctx, request.Options{Engine: req.Engine, LookupEnv: os.LookupEnv}, check.Listed{
		Ranges: req.Ranges, Name: req.Name, User: req.User, Container: req.Container, Connections: req.Connections,
	})
	return r, usage(err)
}
