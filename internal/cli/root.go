package cli

import (
	"fmt"
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

// coreOverview is what the core says of itself.
const coreOverview = `Will a service get its ports on this host, who is in the way, and what can be done about it?

  safeport check gpustack         will GPUStack get its ports? or ports: 8080 53/udp; "check" may be left out
  safeport who 80                 who holds port 80, and how is it freed? map draws all ports
  safeport free 3                 three ports that are free and stay so; hold keeps them for a command
  safeport report DIR             one answer from many hosts' reports
  safeport --explain port-in-use  what a finding means, and what to do about it

This program only looks. To read Compose files, to install and to upgrade takes the full safeport.
"safeport COMMAND --help" says more, "--lang zh" in Chinese. Services known: %s.
Exit status: 0 clear, 1 blocked, 2 wrong usage, 3 could not tell.
`

// Commands is the tree of all commands in a language, for manuals that are made from what --help says.
func (p Program) Commands(l message.Language) *cobra.Command {
	root := p.newRoot([]string{"--lang", string(l)})
	speak(root, l)
	return root
}

func (p Program) newRoot(args []string) *cobra.Command {
	long := overview
	if p.Change == nil {
		long = coreOverview
	}
	root := &cobra.Command{
		Use:               p.Name,
		Short:             "Will a service get its network ports on this host?",
		Long:              p.called(Spoken(args).Sprintf(long, strings.Join(safeport.Services(), ", "))),
		SilenceErrors:     true,
		SilenceUsage:      true,
		Args:              noSuchCommand,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	explained := Once{Kind: "CODE"}
	showVersion := false
	root.RunE = func(cmd *cobra.Command, _ []string) error {
		if showVersion {
			// By cobra's own template for it, the linker would keep every method of every type.
			_, err := fmt.Fprintln(cmd.OutOrStdout(), p.Name, Version())
			return err
		}
		if explained.Given {
			return explain(cmd, explained.Value)
		}
		return printOverview(cmd)
	}
	root.SetFlagErrorFunc(flagError)
	root.SetHelpFunc(p.help)
	root.SetHelpCommand(newHelp())
	root.PersistentFlags().Var(&Once{Value: string(Spoken(args)), Kind: "LANGUAGE", Among: []string{"en", "zh"}}, "lang", langUsage)
	root.Flags().Var(&explained, "explain", "what the finding with this `CODE` means, and what to do about it")
	root.Flags().BoolVar(&showVersion, "version", false, "print the version")
	args, asking := asked(args)
	root.AddCommand(p.newCheck(args))
	if p.Change != nil {
		root.AddCommand(p.Change(args)...)
	} else {
		root.AddCommand(elsewhere()...)
	}
	root.AddCommand(newWho(), p.newMap(args), newFree(), newHold(), newReport(), newDefine(), newCompletion())
	p.completeFlags(root, asking)
	if asking {
		speak(root, Spoken(args))
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
		return Usagef("unknown command %q: did you mean %q?", word, near)
	case looksLikePort(word), slices.Contains(safeport.Services(), word):
		return Usagef("unknown command %q: to check it, write \"safeport check %s\"", word, word)
	}
	return Usagef("unknown command %q: the commands are %s", word, strings.Join(names, ", "))
}
