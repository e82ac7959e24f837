package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/report"
)

// output holds the flags of how to answer, which all commands have.
type output struct {
	format  once
	verbose bool
}

func newOutput() *output {
	return &output{
		format: once{value: "text", kind: "FORMAT", among: []string{"text", "json"}},
	}
}

// engineUsage explains --engine, which all commands have too.
const engineUsage = "the container engine's endpoint; none: ask no engine (default: found as docker finds it)"

func (o *output) define(flags *pflag.FlagSet) {
	flags.VarP(&o.format, "output", "o", "text or json")
}

// defineVerbose is for commands whose text has more to tell.
func (o *output) defineVerbose(flags *pflag.FlagSet) {
	flags.BoolVar(&o.verbose, "verbose", false, "the evidence too: which source said what, and how long it took")
}

// language is that of the messages in a result. A program reads the same in every locale, unless a language was said.
func (o *output) language(cmd *cobra.Command) safeport.Language {
	if o.format.value != "text" && !cmd.Flag("lang").Changed {
		return safeport.English
	}
	return language(cmd)
}

// write hands a result over: as JSON, or as the text that the function lays out.
func (o *output) write(cmd *cobra.Command, v any, text func(report.Options) error) error {
	if o.format.value == "json" {
		return report.JSON(cmd.OutOrStdout(), v)
	}
	return text(o.screen(cmd))
}

// screen is what the reader's screen can do, and in which language the reader reads.
func (o *output) screen(cmd *cobra.Command) report.Options {
	opt := screen(cmd.OutOrStdout(), language(cmd))
	opt.Verbose = o.verbose
	return opt
}
