package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/safeport/safeport/report"
)

// completeFlags gives each flag what its kind of value can be completed with. A port, a tag or a number cannot, and a shell
// would offer files for it.
func (p Program) completeFlags(root *cobra.Command, asking bool) {
	complete := func(cmd *cobra.Command, flags *pflag.FlagSet) {
		flags.VisitAll(func(f *pflag.Flag) {
			if asking {
				mayBeGivenAgain(f.Value)
			}
			if f.NoOptDefVal == "" {
				_ = cmd.RegisterFlagCompletionFunc(f.Name, p.completionFor(f)) // fails for a flag that is not there
			}
		})
	}
	complete(root, root.PersistentFlags())
	complete(root, root.Flags())
	for _, cmd := range root.Commands() {
		complete(cmd, cmd.Flags())
	}
}

func (p Program) completionFor(f *pflag.Flag) cobra.CompletionFunc {
	if o, ok := f.Value.(*Once); ok && o.Among != nil {
		return cobra.FixedCompletions(o.Among, cobra.ShellCompDirectiveNoFileComp)
	}
	kind, _ := pflag.UnquoteUsage(f)
	switch kind {
	case "FILE":
		return cobra.FixedCompletions(nil, cobra.ShellCompDirectiveDefault)
	case "DIR":
		return cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs)
	case "INSTANCE":
		return p.completeName
	case "CODE[:PORT]":
		return completeCode
	case "CODE":
		return cobra.FixedCompletions(report.CodeNames(), cobra.ShellCompDirectiveNoFileComp)
	}
	return cobra.NoFileCompletions
}

// mayBeGivenAgain is for a shell's question: cobra parses its flags twice, and each would seem to be given twice.
func mayBeGivenAgain(v pflag.Value) {
	switch v := v.(type) {
	case *Once:
		v.again = true
	case *Pairs:
		v.again = true
	}
}
