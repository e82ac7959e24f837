package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"safeport/internal/report"
)

// output holds the flags of how to answer, which all commands have.
type output struct {
	format  once
	lang    once
	verbose bool
}

func newOutput() *output {
	return &output{
		format: once{value: "text", kind: "FORMAT", among: []string{"text", "json"}},
		lang:   once{value: "en", kind: "LANGUAGE", among: []string{"en"}},
	}
}

// engineUsage explains --engine, which all commands have too.
const engineUsage = "the container engine's endpoint; none: ask no engine (default: found as docker finds it)"

func (o *output) define(flags *pflag.FlagSet) {
	flags.VarP(&o.format, "output", "o", "text or json")
	flags.Var(&o.lang, "lang", "language of the text: en")
}

// defineVerbose is for commands whose text has more to tell.
func (o *output) defineVerbose(flags *pflag.FlagSet) {
	flags.BoolVar(&o.verbose, "verbose", false, "the evidence too: which source said what, and how long it took")
}

// write hands a result over: as JSON, or as the text that the function lays out.
func (o *output) write(cmd *cobra.Command, v any, text func(report.Options) error) error {
	if o.format.value == "json" {
		return report.JSON(cmd.OutOrStdout(), v)
	}
	return text(screen(cmd.OutOrStdout(), o.verbose))
}
