package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/report"
)

// outputFlags holds the flags of how to answer, which all commands have.
type outputFlags struct {
	format  once
	verbose bool
}

func newOutput() *outputFlags {
	return &outputFlags{
		format: once{value: "text", kind: "FORMAT", among: []string{"text", "json"}},
	}
}

// engineUsage explains --engine, which all commands have too.
const engineUsage = "the container engine's endpoint; none: ask no engine (default: found as docker finds it)"

func (o *outputFlags) define(flags *pflag.FlagSet) {
	flags.VarP(&o.format, "output", "o", "text or json")
}

// defineVerbose is for commands whose text has more to tell.
func (o *outputFlags) defineVerbose(flags *pflag.FlagSet) {
	flags.BoolVar(&o.verbose, "verbose", false, "the evidence too: which source said what, and how long it took")
}

// language is that of the messages in a result. A program reads the same in every locale, unless a language was said.
func (o *outputFlags) language(cmd *cobra.Command) report.Language {
	if o.format.value != "text" && !cmd.Flag("lang").Changed {
		return report.English
	}
	return language(cmd)
}

// write hands a result over: as JSON, or as the text that the function lays out.
func (o *outputFlags) write(cmd *cobra.Command, v any, text func(output.Options) error) error {
	if o.format.value == "json" {
		return output.JSON(cmd.OutOrStdout(), v)
	}
	return text(o.screen(cmd))
}

// screen is what the reader's screen can do, and in which language the reader reads.
func (o *outputFlags) screen(cmd *cobra.Command) output.Options {
	opt := screen(cmd.OutOrStdout(), language(cmd))
	opt.Verbose = o.verbose
	return opt
}
