package cli

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/report"
)

const holdLong = `Bind ports and keep them. With COMMAND, safeport then runs it in its own place and passes it the open
sockets, as systemd does (LISTEN_FDS, LISTEN_FDNAMES). A service that supports this starts without a
moment in which another program could take its ports.

Without COMMAND, the ports are kept until Ctrl-C. Connections to them are shown and rejected.`

const holdExample = `  safeport hold 8080 -- ./server
  safeport hold 40000-40063`

func newHold() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "hold PORT… [-- COMMAND [ARGUMENT…]]",
		Short:   "Hold ports for a command",
		Long:    holdLong,
		Example: holdExample,

		DisableFlagsInUseLine: true,
	}
	cmd.RunE = func(cmd *cobra.Command, words []string) error {
		ports, command := words, []string(nil)
		if dash := cmd.ArgsLenAtDash(); dash >= 0 {
			ports, command = words[:dash], words[dash:]
			if len(command) == 0 {
				return Usagef(`no command after "--", as in "safeport hold 8080 -- ./server"`)
			}
		}
		held, err := safeport.Hold(ports)
		var usage *safeport.UsageError
		switch {
		case errors.As(err, &usage):
			return err
		case err != nil:
			return refused(cmd, ports, command, err)
		}
		// The end of the process closes them: closing thousands by itself takes longer than Ctrl-C may.
		if command != nil {
			return held.Exec(command, os.Environ())
		}
		// Whoever connects leaves garbage, and there may be thousands a second for days: collect it, unlike that of a check.
		debug.SetGCPercent(50)
		fmt.Fprintln(cmd.OutOrStdout(), Language(cmd).Sprintf("Holding the ports. Press Ctrl-C to release them."))
		return held.Watch(cmd.Context(), func(a safeport.Asked) {
			fmt.Fprintln(cmd.OutOrStdout(), Language(cmd).Sprintf("%s tried to use port %d/%s", a.From, a.Port, a.Protocol))
		})
	}
	return cmd
}

// refused tells who is in the way, as "check" does, and how other ports are held.
func refused(cmd *cobra.Command, ports, command []string, cause error) error {
	again := func(changed, to string) string {
		line, run := []string{"safeport hold"}, command
		if changed == "" { // to look is not to hold
			line, run = []string{"safeport check"}, nil
		}
		for _, p := range ports {
			if p == changed {
				p = to
			}
			line = append(line, message.Quote(p))
		}
		if run != nil {
			line = append(line, "--")
		}
		for _, word := range run {
			line = append(line, message.Quote(word))
		}
		return strings.Join(line, " ")
	}
	r, err := safeport.Check(cmd.Context(), safeport.Request{Ports: ports, Language: Language(cmd), Again: again})
	if err != nil {
		return err
	}
	CopyableFindings(cmd, r.Findings, "text")
	if r.Verdict != report.Blocked {
		return message.Errorf("%w: try again", cause) // whoever had it is gone
	}
	if err := output.Text(cmd.ErrOrStderr(), r, Reader(cmd, cmd.ErrOrStderr())); err != nil {
		return err
	}
	return ExitStatus(ExitBlocked)
}
