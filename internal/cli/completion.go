package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

const completionLong = `Print the completion script for a shell. It completes commands, flags, services, instances, finding codes
and running containers. The packages install it. Otherwise, save it where the shell looks for completions,
or source it at the start of each shell.`

const completionExample = `  safeport completion bash > /etc/bash_completion.d/safeport
  safeport completion zsh > "${fpath[1]}/_safeport"
  safeport completion fish > ~/.config/fish/completions/safeport.fish
  source <(safeport completion bash)`

func newCompletion() *cobra.Command {
	shells := []string{"bash", "zsh", "fish"}
	return &cobra.Command{
		Use:       "completion SHELL",
		Short:     "Print a shell completion script",
		Long:      completionLong,
		Example:   completionExample,
		ValidArgs: shells,
		RunE: func(cmd *cobra.Command, words []string) error {
			if len(words) != 1 || !slices.Contains(shells, words[0]) {
				return Usagef("specify the shell: %s", oneOf(shells))
			}
			root, out := cmd.Root(), cmd.OutOrStdout()
			switch words[0] {
			case "zsh":
				return root.GenZshCompletion(out)
			case "fish":
				return root.GenFishCompletion(out, true)
			}
			return root.GenBashCompletionV2(out, true)
		},

		DisableFlagsInUseLine: true,
	}
}

// asked is the command line that is meant, and whether a shell asks how it goes on: then it is the one being completed,
// without the word that is not finished.
func asked(args []string) (line []string, asking bool) {
	if len(args) > 1 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) {
		return args[1 : len(args)-1], true
	}
	return args, false
}
