package cli

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/safeport/safeport/internal/message"
)

// help prints a command's page: what it answers, its usage, examples that can be copied, and its flags.
func (p Program) help(cmd *cobra.Command, _ []string) {
	if !cmd.HasParent() {
		_ = printOverview(cmd) // the sink remembers the error
		return
	}
	var page bytes.Buffer
	l := Language(cmd)
	fmt.Fprintf(&page, "%s\n", strings.TrimSpace(l.Translate(cmd.Long)))
	if p.Compose == nil && strings.Contains(cmd.Use, "FILE") && cmd.Flag("publish") != nil {
		fmt.Fprintf(&page, "%s\n", l.Sprintf("This program reads no Compose files: the full safeport does."))
	}
	fmt.Fprintf(&page, "\n%s\n  %s\n", l.Sprintf("Usage:"), cmd.UseLine())
	if cmd.Example != "" {
		fmt.Fprintf(&page, "\n%s\n%s\n", l.Sprintf("Examples:"), strings.TrimRight(cmd.Example, "\n"))
	}
	for _, group := range flagGroups(cmd, l) {
		fmt.Fprintf(&page, "\n%s\n%s", group.title, group.flags.FlagUsagesWrapped(helpWidth(l)))
	}
	_, _ = io.WriteString(cmd.OutOrStdout(), p.called(page.String()))
}

// helpWidth is where lines of flags are wrapped. pflag counts bytes and breaks at spaces: Chinese is better left alone.
func helpWidth(l message.Language) int {
	if l == message.Chinese {
		return 0
	}
	return 100
}

func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:    "help [COMMAND]",
		Short:  "Explain a command",
		Hidden: true,
		RunE: func(cmd *cobra.Command, words []string) error {
			if len(words) == 0 {
				return printOverview(cmd)
			}
			target, _, err := cmd.Root().Find(words)
			if err != nil || target == cmd.Root() {
				return noSuchCommand(cmd, words)
			}
			return target.Help()
		},
	}
}
