package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/safeport/safeport/report"
)

// ofProgram makes the commands of findings those of the program that runs: who has the core alone has no "safeport". What the
// core cannot do, such as to free a port, is told without a command.
func ofProgram(cmd *cobra.Command, findings []report.Finding) {
	name := cmd.Root().Name()
	if name == "safeport" {
		return
	}
	p := Program{Name: name}
	for i := range findings {
		for j := range findings[i].Remedies {
			command := &findings[i].Remedies[j].Command
			if *command = p.called(*command); strings.Contains(*command, " free-up ") {
				*command = ""
			}
		}
	}
}
