package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/safeport/safeport"
)

// Program is a program with safeport's command line. Without more it is the core: it answers for ports and for built-in
// services, and links neither Compose nor what changes a host.
type Program struct {
	Name string // as it is called: "safeport"

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

// called puts the program's name into a text in which commands are safeport's, but for commands that it does not have.
func (p Program) called(text string) string {
	if p.Name == "safeport" {
		return text
	}
	var pairs []string
	for _, word := range []string{"check", "who", "free", "hold", "map", "report", "define", "completion", "--explain", "COMMAND"} {
		pairs = append(pairs, "safeport "+word, p.Name+" "+word)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// mayChange says whether a command line may be one that changes the host, which has to come to an end by itself, be it the
// way back.
func (p Program) mayChange(args []string) bool {
	return p.Change != nil && slices.ContainsFunc(args, func(word string) bool {
		return slices.Contains([]string{"install", "upgrade", "rollback", "uninstall", "free-up"}, word)
	})
}
