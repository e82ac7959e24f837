package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/release/journal"
)

// Logs are the last lines of all of a release's containers. A log that cannot be read is no reason to stop undoing.
func (e *Engine) Logs(ctx context.Context, r *journal.Release) string {
	var text strings.Builder
	for _, c := range r.Containers {
		res, err := e.Api.ContainerLogs(ctx, c.ID, client.ContainerLogsOptions{ShowStdout: true, ShowStderr: true, Tail: logLines})
		if err != nil {
			if !cerrdefs.IsNotFound(err) {
				fmt.Fprintf(&text, "(the log of %s cannot be read: %v)\n", c.Name, err)
			}
			continue
		}
		if err := e.copyLog(ctx, &text, c, res); err != nil && !errors.Is(err, io.EOF) {
			fmt.Fprintf(&text, "(the log of %s ends here: %v)\n", c.Name, err)
		}
		res.Close()
	}
	return text.String()
}

// copyLog reads a log, in which the engine keeps the two streams apart unless they were a terminal's.
func (e *Engine) copyLog(ctx context.Context, to io.Writer, c journal.Container, log io.Reader) error {
	details, ok, err := e.Inspect(ctx, c.ID)
	switch {
	case err != nil || !ok:
		return err
	case details.Config.Tty:
		_, err = io.Copy(to, log)
	default:
		_, err = stdcopy.StdCopy(to, to, log)
	}
	return err
}
