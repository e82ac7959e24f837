package cli

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/safeport/safeport/internal/message"
)

// help prints a command's page: what it answers, its usage, examples that can be copied, and its flags.
func help(cmd *cobra.Command, _ []string) {
	if !cmd.HasParent() {
		_ = printOverview(cmd) // the sink remembers the error
		return
	}
	var page bytes.Buffer
	l := language(cmd)
	fmt.Fprintf(&page, "%s\n\n%s\n  %s\n", strings.TrimSpace(l.Translate(cmd.Long)), l.Sprintf("Usage:"), cmd.UseLine())
	if cmd.Example != "" {
		fmt.Fprintf(&page, "\n%s\n%s\n", l.Sprintf("Examples:"), strings.TrimRight(cmd.Example, "\n"))
	}
	for _, group := range flagGroups(cmd, l) {
		fmt.Fprintf(&page, "\n%s\n%s", group.title, group.flags.FlagUsagesWrapped(helpWidth(l)))
	}
	_, _ = cmd.OutOrStdout().Write(page.Bytes())
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
