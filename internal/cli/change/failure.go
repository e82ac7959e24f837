package change

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/safeport/safeport/internal/cli"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/report"
)

// failed prints why a change did not come about, and what stands now.
func (c *changing) failed(cmd *cobra.Command, err error) error {
	var blocked *journal.BlockedError
	var failure *journal.FailedError
	var refused *journal.RefusedError
	var notBegun *journal.NotBegunError
	say, hint := c.teller(cmd)
	switch {
	case errors.As(err, &failure):
		return c.afterFailure(cmd, failure)
	case errors.As(err, &blocked):
		err := c.Write(cmd, blocked.Report, func(opt output.Options) error {
			opt.Rollback = cmd.Name() == "rollback"
			return output.Text(cmd.OutOrStdout(), blocked.Report, opt)
		})
		if err != nil {
			return err
		}
		return cli.Checked(blocked.Report, c.strict)
	case errors.As(err, &refused):
		say("%s. Nothing has been changed.", refused)
		hint(refused.Hint)
		return cli.ExitStatus(cli.ExitBlocked)
	case cmd.Context().Err() != nil:
		return err
	case errors.As(err, &notBegun):
		say("%s. Nothing has been changed.", notBegun.Err)
		return cli.ExitStatus(cli.ExitUnknown)
	}
	return err
}

func holderText(h report.Holder, l message.Language) string {
	if h.PID > 0 {
		return l.Sprintf("%s (PID %d, user %s)", h.Name, h.PID, h.User)
	}
	return h.Name
}

// teller is how a command speaks to the person: lines that say who speaks, and hints. What is said of a change
// that was begun stands in its log, too.
func (c *changing) teller(cmd *cobra.Command) (say func(format string, args ...any), hint func(message.Phrase)) {
	l, stderr := cli.Language(cmd), cmd.ErrOrStderr()
	say = func(format string, args ...any) {
		text := l.Sprintf(format, args...)
		fmt.Fprintf(stderr, "safeport: %s\n", text)
		if c.log != nil && c.log.path() != "" {
			c.log.add(text)
		}
	}
	hint = func(p message.Phrase) {
		if text := p.In(l); text != "" {
			fmt.Fprintln(stderr, l.Sprintf("hint: %s", text))
		}
	}
	return say, hint
}

// afterFailure tells of a change that broke off: what the new containers wrote last, the reason, and what stands now.
func (c *changing) afterFailure(cmd *cobra.Command, f *journal.FailedError) error {
	l, stderr := cli.Language(cmd), cmd.ErrOrStderr()
	say, hint := c.teller(cmd)
	if f.Log != "" {
		fmt.Fprintln(stderr, l.Sprintf("Last log lines of the new container:"))
		for line := range strings.Lines(f.Log) {
			line = message.Clean(strings.TrimSuffix(line, "\n"))
			fmt.Fprintf(stderr, "  %s\n", line)
			c.log.add("  " + line)
		}
	}
	var blocked *journal.BlockedError
	if errors.As(f.Err, &blocked) {
		for _, p := range blocked.Report.Ports {
			for _, h := range p.Holders {
				if !h.Own {
					say("%s/%s is in use by %s", p.Ports, p.Protocol, holderText(h, l))
				}
			}
		}
	}
	if cmd.Context().Err() != nil {
		say("interrupted")
	} else {
		say("%s", message.Clean(l.Error(f.Err)))
	}
	if f.Undo != nil {
		say("rollback failed: %v", f.Undo)
		say("current state: %s", f.Now)
		again := message.Say("Fix the problem and rerun the command; it will finish or roll back.")
		var gone *engine.UnavailableError
		if errors.As(f.Err, &gone) || errors.As(f.Undo, &gone) {
			again = message.Say("Start the engine and rerun the command; it will finish or roll back.")
		}
		hint(again)
		hint(f.Hint)
		hint(message.Say("Log: %s", c.log.path()))
		return cli.ExitStatus(cli.ExitStuck)
	}
	say("Rolled back: %s", f.Now)
	if cmd.Context().Err() != nil {
		return cli.ExitStatus(cli.ExitInterrupted)
	}
	hint(f.Hint)
	hint(message.Say("Log: %s", c.log.path()))
	return cli.ExitStatus(cli.ExitUndone)
}
