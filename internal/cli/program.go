package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/safeport/safeport"
)

// Program is a program with safeport's command line. Without more it is the core: it answers for ports and for built-in
// services, and links neither Compose nor what changes a host.
type Program struct {
	Name  string // where it is installed: "safeport"
	Typed Typed  // as it was called; zero: by its name

	Compose safeport.ComposeReader // nil: it reads no Compose files
	// Change makes the commands that change the host, for the words of a line; nil: there are none.
	Change func(args []string) []*cobra.Command
	// Installed are the instances that a shell completes, as the command's flags say where they are noted; nil: none.
	Installed func(*cobra.Command) []string
}

// Core is the program without Compose and without commands that change the host.
func Core(name string) Program { return Program{Name: name} }

// changes are the commands of the full program that the core has no part of.
func changes() []string {
	return []string{"install", "upgrade", "rollback", "uninstall", "status", "export", "free-up", "mcp"}
}

// elsewhere are those commands in the core: each says in a line what has it.
func elsewhere() (list []*cobra.Command) {
	for _, name := range changes() {
		list = append(list, &cobra.Command{
			Use: name, Hidden: true, DisableFlagParsing: true,
			RunE: func(*cobra.Command, []string) error {
				return Usagef("%s: this program only looks: the full safeport does that", name)
			},
		})
	}
	return list
}

// meant is the line that a line stands for: of a program that checks and nothing else, "check" may be left out.
func (p Program) meant(args []string) []string {
	if p.Change == nil && len(args) > 0 && (looksLikePort(args[0]) || isSubject(args[0])) {
		return append([]string{"check"}, args...)
	}
	return args
}

// mayChange says whether a command line may be one that changes the host, which has to come to an end by itself, be it the
// way back.
func (p Program) mayChange(args []string) bool {
	return p.Change != nil && slices.ContainsFunc(args, func(word string) bool {
		return slices.Contains([]string{"install", "upgrade", "rollback", "uninstall", "free-up"}, word)
	})
}
