package cli

import (
	"context"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/facts"
	hostengine "github.com/safeport/safeport/internal/host/engine"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/report"
)

// A shell waits for its completion: an engine that takes longer has nothing to add.
const completionPatience = time.Second

// completeSubjects offers the services, and files where no service is meant.
func completeSubjects(_ *cobra.Command, words []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var list []cobra.Completion
	for _, name := range safeport.Services() {
		if !slices.Contains(words, name) {
			list = append(list, name)
		}
	}
	return list, cobra.ShellCompDirectiveDefault
}

// CompleteOneSubject is for commands that take one service or file.
func CompleteOneSubject(cmd *cobra.Command, words []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(words) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return completeSubjects(cmd, words, word)
}

// completeService is for commands that take one built-in service and no file.
func completeService(cmd *cobra.Command, words []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	list, _ := CompleteOneSubject(cmd, words, word)
	return list, cobra.ShellCompDirectiveNoFileComp
}

// completeName offers names for --name: what is installed, and the containers that run. One that was started by hand is an
// installation too, under its own name.
func (p Program) completeName(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var list []cobra.Completion
	if p.Installed != nil {
		list = p.Installed(cmd)
	}
	for _, c := range runningContainers(cmd) {
		if !slices.Contains(list, c.name) {
			list = append(list, cobra.CompletionWithDesc(c.name, c.image))
		}
	}
	return list, cobra.ShellCompDirectiveNoFileComp
}

type runningContainer struct{ name, image string }

func runningContainers(cmd *cobra.Command) []runningContainer {
	explicit := ""
	if f := cmd.Flags().Lookup("engine"); f != nil {
		explicit = f.Value.String()
	}
	endpoints, err := hostengine.Endpoints(explicit, hostengine.Environment{LookupEnv: os.LookupEnv})
	if err != nil || len(endpoints) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), completionPatience)
	defer cancel()
	var list []runningContainer
	for _, c := range hostengine.Ask(ctx, endpoints[0], nothingMore).Containers {
		if c.State == "running" && !Unfit(c.Name) {
			list = append(list, runningContainer{c.Name, message.Clean(c.Image)})
		}
	}
	return list
}

// nothingMore: what the list says of a container is enough.
func nothingMore(facts.Container) bool { return false }

// Unfit says whether a name would not stay one word on a command line. Engines allow none, but a name is only what somebody's
// engine says.
func Unfit(name string) bool { return name == "" || message.Operands(name) != name }

// completeCode offers the codes for --ignore, which takes several with commas between them.
func completeCode(_ *cobra.Command, _ []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	before := word[:strings.LastIndex(word, ",")+1]
	var list []cobra.Completion
	for _, code := range report.Codes() {
		list = append(list, before+string(code))
	}
	return list, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}
