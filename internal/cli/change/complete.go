package change

import (
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/cli"
	"github.com/safeport/safeport/internal/release/journal"
)

// completeInstance offers what is installed, and the services whose installation may have been made otherwise.
func completeInstance(cmd *cobra.Command, words []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(words) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	list := installedNames(cmd)
	for _, name := range safeport.Services() {
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list, cobra.ShellCompDirectiveNoFileComp
}

// installedNames reads the journals. None can be read where the user may not, which is no time to say so.
func installedNames(cmd *cobra.Command) []cobra.Completion {
	dir := journal.StateDir(os.LookupEnv)
	if f := cmd.Flags().Lookup("state-dir"); f != nil && f.Value.String() != "" {
		dir = f.Value.String()
	}
	names, _ := journal.OpenStore(dir).Instances()
	return slices.DeleteFunc(names, cli.Unfit)
}
