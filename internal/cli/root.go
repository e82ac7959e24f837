package cli

import (
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/message"
)

// overview is what safeport says of itself: twelve lines, which anybody reads to the end.
const overview = `Will a service get its ports on this host, who is in the way, and what can be done about it?

  safeport check gpustack         will GPUStack get its ports? also a Compose file, or ports: 8080 53/udp
  safeport who 80                 who holds port 80, and how is it freed? map draws all ports
  safeport free 3                 three ports that are free and stay so; hold keeps them for a command
  safeport install gpustack       check, install, and wait until it answers; export, define: as a Compose file
  safeport upgrade gpustack       the old one is kept until the new one answers; rollback, status, uninstall
  safeport report DIR             one answer from many hosts' reports
  safeport --explain port-in-use  what a finding means, and what to do about it

"safeport COMMAND --help" says more, "--lang zh" in Chinese. Services known: %s.
Exit status: 0 clear, 1 blocked, 2 wrong usage, 3 could not tell, 4 failed and undone, 5 not undone.
`

// Commands is the tree of all commands in a language, for manuals that are made from what --help says.
func Commands(l message.Language) *cobra.Command {
	root := newRoot([]string{"--lang", string(l)})
	speak(root, l)
	return root
}

func newRoot(args []string) *cobra.Command {
	root := &cobra.Command{
		Use:               "safeport",
		Short:             "Will a service get its network ports on this host?",
		Long:              spoken(args).Sprintf(overview, strings.Join(safeport.Services(), ", ")),
		SilenceErrors:     true,
		SilenceUsage:      true,
		Version:           version(),
		Args:              noSuchCommand,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	explained := once{kind: "CODE"}
	root.RunE = func(cmd *cobra.Command, _ []string) error {
		if explained.given {
			return explain(cmd, explained.value)
		}
		return printOverview(cmd)
	}
	root.SetVersionTemplate("safeport {{.Version}}\n")
	root.SetFlagErrorFunc(flagError)
	root.SetHelpFunc(help)
	root.SetHelpCommand(newHelp())
	root.PersistentFlags().Var(&once{value: string(spoken(args)), kind: "LANGUAGE", among: []string{"en", "zh"}}, "lang", langUsage)
	root.Flags().Var(&explained, "explain", "what the finding with this `CODE` means, and what to do about it")
	root.Flags().Bool("version", false, "print the version")
	args, asking := asked(args)
	root.AddCommand(newCheck(args), newInstall(args), newUpgrade(args), newRollback(), newUninstall(), newStatus(), newExport(),
		newWho(), newFreeUp(), newMCP(), newMap(args), newFree(), newHold(), newReport(), newDefine(), newCompletion())
	completeFlags(root, asking)
	if asking {
		speak(root, spoken(args))
	}
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
