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
const overview = `Check whether a service's ports are available on this host, find what uses them, and fix conflicts.

  safeport check gpustack         check the ports of GPUStack; also a Compose file, or ports: 8080 53/udp
  safeport who 80                 show what uses port 80; map shows all ports
  safeport free 3                 find three free ports; hold keeps them for a command
  safeport install gpustack       check, install and wait until healthy; export, define: as a Compose file
  safeport upgrade gpustack       upgrade with rollback on failure; rollback, status, uninstall
  safeport report DIR             merge reports from many hosts
  safeport --explain port-in-use  explain a finding and how to fix it

"safeport COMMAND --help" shows more, "--lang zh" shows Chinese. Services: %s.
Exit status: 0 clear, 1 blocked, 2 wrong usage, 3 not checked, 4 failed and rolled back, 5 rollback failed.
`

// coreOverview is what the core says of itself.
const coreOverview = `Check whether a service's ports are available on this host, find what uses them, and fix conflicts.

  safeport check gpustack         check the ports of GPUStack, or ports: 8080 53/udp; "check" is optional
  safeport who 80                 show what uses port 80; map shows all ports
  safeport free 3                 find three free ports; hold keeps them for a command
  safeport report DIR             merge reports from many hosts
  safeport --explain port-in-use  explain a finding and how to fix it

This program is read-only. Compose files, installing and upgrading require the full safeport.
"safeport COMMAND --help" shows more, "--lang zh" shows Chinese. Services: %s.
Exit status: 0 clear, 1 blocked, 2 wrong usage, 3 not checked.
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
		if err := printOverview(cmd); err != nil || p.Compose == nil {
			return err
		}
		if dir, file := nearbyProject(); dir != "" {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), Copyable(cmd, Language(cmd).Sprintf("\nThis directory has a Compose project (%s): \"safeport check\" checks it.", message.Clean(file))))
			return err
		}
		return nil
	}
	root.SetFlagErrorFunc(flagError)
	root.SetHelpFunc(p.help)
	root.SetHelpCommand(newHelp())
	root.PersistentFlags().Var(&Once{Value: string(Spoken(args)), Kind: "LANGUAGE", Among: []string{"en", "zh"}}, "lang", langUsage)
	root.Flags().Var(&explained, "explain", "explain the finding with this `CODE` and how to fix it")
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
	_, err := io.WriteString(cmd.OutOrStdout(), fitting(cmd.Root().Long, Screen(cmd.OutOrStdout(), Language(cmd))))
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
		return Usagef("unknown command %q: to check it, run \"safeport check %s\"", word, word)
	}
	return Usagef("unknown command %q: use one of %s", word, strings.Join(names, ", "))
}
