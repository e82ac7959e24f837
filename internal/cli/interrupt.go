package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"
)

// endAfter ends a process that was asked to end and does not: it may wait for a pipe that nobody writes to, or be busy with
// a file. What it returns is to be called when it has come to its end by itself.
func endAfter(ctx context.Context, args []string, stderr io.Writer) (ended func()) {
	const grace = 500 * time.Millisecond
	done := make(chan struct{})
	context.AfterFunc(ctx, func() {
		select {
		case <-done:
		case <-time.After(grace):
			fmt.Fprintf(stderr, "safeport: %s\n", Spoken(args).Sprintf("Interrupted. Nothing has been changed."))
			os.Exit(ExitInterrupted)
		}
	})
	return func() { close(done) }
}
