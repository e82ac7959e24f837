package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"safeport"
	"safeport/internal/message"
	"safeport/internal/release"
	"safeport/internal/report"
)

// failed prints why a change did not come about, and what stands now.
func (c *changing) failed(cmd *cobra.Command, err error) error {
	var blocked *release.BlockedError
	var failure *release.FailedError
	var refused *release.RefusedError
	var silent *notReached
	stderr := cmd.ErrOrStderr()
	switch {
	case errors.As(err, &failure):
		return c.afterFailure(cmd, failure)
	case errors.As(err, &blocked):
		err := c.write(cmd, blocked.Report, func(opt report.Options) error {
			return report.Text(cmd.OutOrStdout(), blocked.Report, opt)
		})
		if err != nil {
			return err
		}
		return checked(blocked.Report, c.strict)
	case errors.As(err, &refused):
		fmt.Fprintf(stderr, "safeport: %s; nothing has been changed\n", refused.Reason)
		if refused.Hint != "" {
			fmt.Fprintf(stderr, "hint: %s\n", refused.Hint)
		}
		return exitStatus(exitBlocked)
	case errors.As(err, &silent):
		fmt.Fprintf(stderr, "safeport: %v; nothing has been changed\n", silent)
		return exitStatus(exitUnknown)
	}
	return err
}

func holderText(h safeport.Holder) string {
	if h.PID > 0 {
		return fmt.Sprintf("%s (pid %d, user %s)", h.Name, h.PID, h.User)
	}
	return h.Name
}

// afterFailure tells of a change that broke off: what the new containers wrote last, the reason, and what stands now.
func (c *changing) afterFailure(cmd *cobra.Command, f *release.FailedError) error {
	stderr := cmd.ErrOrStderr()
	if f.Log != "" {
		fmt.Fprintln(stderr, "The last that the new release wrote:")
		for line := range strings.Lines(f.Log) {
			fmt.Fprintf(stderr, "  %s\n", message.Clean(strings.TrimSuffix(line, "\n")))
		}
	}
	var blocked *release.BlockedError
	if errors.As(f.Err, &blocked) {
		for _, p := range blocked.Report.Ports {
			for _, h := range p.Holders {
				if !h.Own {
					fmt.Fprintf(stderr, "safeport: %s/%s is held by %s\n", p.Ports, p.Protocol, holderText(h))
				}
			}
		}
	}
	if cmd.Context().Err() != nil {
		fmt.Fprintln(stderr, "safeport: interrupted")
	} else {
		fmt.Fprintf(stderr, "safeport: %s\n", message.Clean(f.Err.Error()))
	}
	if f.Undo != nil {
		fmt.Fprintf(stderr, "safeport: this could not be undone: %v\n", f.Undo)
		fmt.Fprintf(stderr, "safeport: now %s\n", f.Now)
		fmt.Fprintln(stderr, "hint: mend that and run the same command again: it finishes or undoes what was begun")
		return exitStatus(exitStuck)
	}
	fmt.Fprintf(stderr, "safeport: undone: %s\n", f.Now)
	if cmd.Context().Err() != nil {
		return exitStatus(exitInterrupted)
	}
	if f.Hint != "" {
		fmt.Fprintf(stderr, "hint: %s\n", f.Hint)
	}
	return exitStatus(exitUndone)
}
