package change

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/safeport/safeport/internal/cli"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
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
		cli.CopyableFindings(cmd, blocked.Report.Findings, c.Format.Value)
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
		if os.Geteuid() != 0 && refusedAccess(notBegun.Err) {
			hint(message.Say("run it as root, or as a user who may use the engine: %s", c.asRoot(cmd)))
		}
		return cli.ExitStatus(cli.ExitUnknown)
	}
	return err
}

// refusedAccess says whether an engine's socket may not be opened by this user. The engine's client passes the errno on as
// text alone.
func refusedAccess(err error) bool {
	return errors.Is(err, syscall.EACCES) || strings.Contains(err.Error(), "permission denied")
}

// asRoot is the same command with root's rights. sudo takes no variable along, so the engine is named.
func (c *changing) asRoot(cmd *cobra.Command) string {
	line := []string{"sudo"}
	if v := os.Getenv("DOCKER_HOST"); v != "" && !c.engine.Given {
		line = append(line, "DOCKER_HOST="+message.Quote(v))
	}
	line = append(line, cli.TypedBySudo(cmd), cmd.Name())
	for _, word := range cmd.Flags().Args() {
		line = append(line, message.Quote(word))
	}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		switch v := f.Value.(type) {
		case interface{ GetSlice() []string }:
			for _, value := range v.GetSlice() {
				line = append(line, "--"+f.Name, message.Quote(value))
			}
		case *cli.Pairs:
			for _, key := range slices.Sorted(maps.Keys(v.Values)) {
				line = append(line, "--"+f.Name, message.Quote(key+"="+v.Values[key]))
			}
		default:
			if f.NoOptDefVal == "" {
				line = append(line, "--"+f.Name, message.Quote(f.Value.String()))
			} else {
				line = append(line, "--"+f.Name)
			}
		}
	})
	return strings.Join(line, " ")
}

// teller is how a command speaks to the person: lines that say who speaks, and hints. What is said of a change
// that was begun stands in its log, too.
func (c *changing) teller(cmd *cobra.Command) (say func(format string, args ...any), hint func(message.Phrase)) {
	l, stderr := cli.Language(cmd), cmd.ErrOrStderr()
	say = func(format string, args ...any) {
		text := cli.Copyable(cmd, l.Sprintf(format, args...))
		fmt.Fprintf(stderr, "safeport: %s\n", text)
		if c.log != nil && c.log.path() != "" {
			c.log.add(text)
		}
	}
	hint = func(p message.Phrase) {
		if text := p.In(l); text != "" {
			fmt.Fprintln(stderr, cli.Copyable(cmd, l.Sprintf("hint: %s", text)))
		}
	}
	return say, hint
}

// afterFailure tells of a change that broke off: the reason, what the new containers wrote last, and what stands now.
func (c *changing) afterFailure(cmd *cobra.Command, f *journal.FailedError) error {
	l, stderr := cli.Language(cmd), cmd.ErrOrStderr()
	signs := cli.Screen(stderr, l)
	tell := func(sign, text string) {
		fmt.Fprintln(stderr, signs.Hanging(signs.Sign(sign)+" ", text))
		if c.log != nil && c.log.path() != "" {
			c.log.add(text)
		}
	}
	more := func(p message.Phrase) {
		if text := p.In(l); text != "" {
			fmt.Fprintf(stderr, "  %s\n", cli.Copyable(cmd, text))
		}
	}
	what := failedTo(cmd.Name(), l)
	if cmd.Context().Err() != nil {
		tell("✗", l.Sprintf("%s: interrupted", what))
	} else {
		tell("✗", l.Sprintf("%s: %s", what, message.Clean(l.Error(f.Err))))
	}
	var blocked *journal.BlockedError
	if errors.As(f.Err, &blocked) {
		for _, p := range blocked.Report.Ports {
			for _, who := range output.Others(p, output.Options{Language: l, Now: time.Now()}) {
				more(message.Say("%s is in use by %s", p.Label(), who))
			}
		}
	}
	if f.Log != "" {
		fmt.Fprintf(stderr, "  %s\n", l.Sprintf("Last log lines of the new container:"))
		for line := range strings.Lines(f.Log) {
			line = message.Clean(strings.TrimSuffix(line, "\n"))
			fmt.Fprintf(stderr, "    %s\n", line)
			c.log.add("  " + line)
		}
	}
	if f.Undo != nil {
		tell("✗", l.Sprintf("rollback failed: %v", f.Undo))
		more(message.Say("current state: %s", f.Now))
		again := message.Say("Fix the problem and rerun the command; it will finish or roll back.")
		var gone *engine.UnavailableError
		if errors.As(f.Err, &gone) || errors.As(f.Undo, &gone) {
			again = message.Say("Start the engine and rerun the command; it will finish or roll back.")
		}
		more(again)
		more(f.Hint)
		more(message.Say("Log: %s", c.log.path()))
		return cli.ExitStatus(cli.ExitStuck)
	}
	tell("✓", l.Sprintf("Rolled back: %s", f.Now))
	if cmd.Context().Err() != nil {
		return cli.ExitStatus(cli.ExitInterrupted)
	}
	more(f.Hint)
	more(message.Say("Log: %s", c.log.path()))
	return cli.ExitStatus(cli.ExitUndone)
}

// failedTo names what has failed.
func failedTo(command string, l message.Language) string {
	switch command {
	case "install":
		return l.Sprintf("Install failed")
	case "upgrade":
		return l.Sprintf("Upgrade failed")
	case "rollback":
		return l.Sprintf("Rollback failed")
	}
	return l.Sprintf("Uninstall failed")
}
