package cli

import (
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"safeport"
)

const overview = `safeport tells whether a service will get its network ports on this host,
who is in the way, and what can be done about it; and it installs the service
so that the answer holds.

  safeport check gpustack      will GPUStack get its ports?
  safeport check 8080 53/udp   are these ports free for a program?
  safeport who 80              who holds port 80, and how is it freed?
  safeport free 3              three ports that are free and stay so
  safeport hold 80 -- CMD      keep port 80 for a command
  safeport map                 a picture of the host's ports
  safeport report DIR          one answer from many hosts' reports
  safeport install gpustack    check, install, and wait until it answers
  safeport upgrade gpustack    replace it; the old one is kept until the new answers
  safeport rollback, uninstall, status, export, define, completion

"safeport COMMAND --help" says more. Services known: %s.
Exit status: 0 clear, 1 blocked, 2 wrong usage, 3 could not tell,
4 the change failed and was undone, 5 and could not be undone.
`

// Commands is the tree of all commands, for manuals that are made from what --help says.
func Commands() *cobra.Command { return newRoot([]string{"--lang", "en"}) }

func newRoot(args []string) *cobra.Command {
	root := &cobra.Command{
		Use:           "safeport",
		Short:         "Will a service get its network ports on this host?",
		Long:          spoken(args).Sprintf(overview, strings.Join(safeport.Services(), ", ")),
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       version(),
		Args:          noSuchCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return printOverview(cmd)
		},
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.SetVersionTemplate("safeport {{.Version}}\n")
	root.SetFlagErrorFunc(flagError)
	root.SetHelpFunc(help)
	root.SetHelpCommand(newHelp())
	root.PersistentFlags().Var(&once{value: string(spoken(args)), kind: "LANGUAGE", among: []string{"en", "zh"}}, "lang", langUsage)
	root.Flags().Bool("version", false, "print the version")
	args, asking := asked(args)
	root.AddCommand(newCheck(args), newInstall(args), newUpgrade(args), newRollback(), newUninstall(), newStatus(), newExport(),
		newWho(), newMap(args), newFree(), newHold(), newReport(), newDefine(), newCompletion())
	completeFlags(root, asking)
	return root
}

func printOverview(cmd *cobra.Command) error {
	_, err := io.WriteString(cmd.OutOrStdout(), cmd.Root().Long)
	return err
}

// noSuchCommand refuses words that are no command, and offers the line that was probably meant.
func noSuchCommand(cmd *cobra.Command, words []string) error {
	if len(words) == 0 {
		return nil
	}
	word := words[0]
	var names []string
	for _, c := range cmd.Root().Commands() {
		if !c.Hidden {
			names = append(names, c.Name())
		}
	}
	switch near := safeport.Near(word, names); {
	case near != "":
		return usagef("unknown command %q: did you mean %q?", word, near)
	case looksLikePort(word), slices.Contains(safeport.Services(), word):
		return usagef("unknown command %q: to check it, write \"safeport check %s\"", word, word)
	}
	return usagef("unknown command %q: the commands are %s", word, strings.Join(names, ", "))
}
