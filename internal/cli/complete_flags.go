package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// completeFlags gives each flag what its kind of value can be completed with. A port, a tag or a number cannot, and a shell
// would offer files for it.
func completeFlags(root *cobra.Command, asking bool) {
	complete := func(cmd *cobra.Command, flags *pflag.FlagSet) {
		flags.VisitAll(func(f *pflag.Flag) {
			if asking {
				mayBeGivenAgain(f.Value)
			}
			if f.NoOptDefVal == "" {
				_ = cmd.RegisterFlagCompletionFunc(f.Name, completionFor(f)) // fails for a flag that is not there
			}
		})
	}
	complete(root, root.PersistentFlags())
	for _, cmd := range root.Commands() {
		complete(cmd, cmd.Flags())
	}
}

func completionFor(f *pflag.Flag) cobra.CompletionFunc {
	if o, ok := f.Value.(*once); ok && o.among != nil {
		return cobra.FixedCompletions(o.among, cobra.ShellCompDirectiveNoFileComp)
	}
	kind, _ := pflag.UnquoteUsage(f)
	switch kind {
	case "FILE":
		return cobra.FixedCompletions(nil, cobra.ShellCompDirectiveDefault)
	case "DIR":
		return cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs)
	case "INSTANCE":
		return completeName
	case "CODE[:PORT]":
		return completeCode
	}
	return cobra.NoFileCompletions
}

// mayBeGivenAgain is for a shell's question: cobra parses its flags twice, and each would seem to be given twice.
func mayBeGivenAgain(v pflag.Value) {
	switch v := v.(type) {
	case *once:
		v.again = true
	case *pairs:
		v.again = true
	}
}
