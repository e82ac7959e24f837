package cli

import (
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/report"
)

// Output holds the flags of how to answer, which all commands have.
type OutputFlags struct {
	Format  Once
	verbose bool
}

func NewOutput() *OutputFlags {
	return &OutputFlags{
		Format: Once{Value: "text", Kind: "FORMAT", Among: []string{"text", "json"}},
	}
}

// EngineUsage explains --engine, which all commands have too.
const EngineUsage = "container engine endpoint, or none (default: same as docker)"

func (o *OutputFlags) Define(flags *pflag.FlagSet) {
	flags.VarP(&o.Format, "output", "o", "output format: text or json")
	flags.VarPF(&short{&o.Format}, "json", "", "the same as -o json").NoOptDefVal = "true"
}

// short is "--json", for "--output json".
type short struct{ format *Once }

func (s *short) String() string   { return "" }
func (s *short) Type() string     { return "bool" }
func (s *short) IsBoolFlag() bool { return true }

func (s *short) Set(value string) error {
	switch value {
	case "true":
		return s.format.Set("json")
	case "false":
		return nil
	}
	return message.Errorf("invalid value %q: use %s", value, oneOf([]string{"true", "false"}))
}

// defineVerbose is for commands whose text has more to tell.
func (o *OutputFlags) defineVerbose(flags *pflag.FlagSet) {
	flags.BoolVar(&o.verbose, "verbose", false, "show sources and timings")
}

// Language is that of the messages in a result. A program reads the same in every locale, unless a language was said.
func (o *OutputFlags) Language(cmd *cobra.Command) report.Language {
	if o.Format.Value != "text" && !cmd.Flag("lang").Changed {
		return report.English
	}
	return Language(cmd)
}

// Write hands a result over: as JSON, or as the text that the function lays out.
func (o *OutputFlags) Write(cmd *cobra.Command, v any, text func(output.Options) error) error {
	if o.Format.Value == "json" {
		return output.JSON(cmd.OutOrStdout(), v)
	}
	return text(o.screen(cmd))
}

// screen is what the reader's screen can do, and in which language the reader reads.
func (o *OutputFlags) screen(cmd *cobra.Command) output.Options {
	opt := Reader(cmd, cmd.OutOrStdout())
	opt.Verbose = o.verbose
	return opt
}

// Reader is what the reader of a command's text can do with it, and how the program is called there.
func Reader(cmd *cobra.Command, w io.Writer) output.Options {
	opt := Screen(w, Language(cmd))
	opt.Program = programOf(cmd).typed().User
	return opt
}
