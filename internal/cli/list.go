package cli

import (
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/output"
)

// listing holds the flags of "who" that are for the list of all ports.
type listing struct {
	safeport.ListRequest
	watch    bool
	interval time.Duration
}

// ofListing are the names of these flags, which mean nothing with a port.
var ofListing = []string{"all", "range", "name", "user", "container", "watch", "interval"}

func (l *listing) define(flags *pflag.FlagSet) {
	flags.BoolVar(&l.Connections, "all", false, "all ports: connections, too")
	flags.StringArrayVar(&l.Ranges, "range", nil, "all ports: those of a `RANGE` alone (8000-9000); may be repeated")
	flags.StringVar(&l.Name, "name", "", "all ports: those whose holder or unit has the `TEXT` in its name")
	flags.StringVar(&l.User, "user", "", "all ports: those of a `USER`")
	flags.StringVar(&l.Container, "container", "", "all ports: those of containers with the `TEXT` in their name")
	flags.BoolVar(&l.watch, "watch", false, "all ports: look again and again, and mark what came and went; q leaves")
	flags.DurationVar(&l.interval, "interval", 2*time.Second, "with --watch: how long between two looks")
}

// refuse says that a flag of the list was given with a port.
func (l *listing) refuse(flags *pflag.FlagSet) error {
	for _, name := range ofListing {
		if flags.Changed(name) {
			return Usagef("--%s is for the list of all ports: leave the port out", name)
		}
	}
	return nil
}

// run answers "who" without a port.
func (l *listing) run(cmd *cobra.Command, out *OutputFlags) error {
	if l.watch {
		if out.Format.Value != "text" {
			return Usagef("--watch writes text alone")
		}
		return l.follow(cmd)
	}
	r, err := safeport.List(cmd.Context(), l.ListRequest)
	if err != nil {
		return err
	}
	if out.Format.Value == "csv" {
		return output.ListCSV(cmd.OutOrStdout(), r)
	}
	return out.Write(cmd, r, func(opt output.Options) error { return output.List(cmd.OutOrStdout(), r, opt) })
}
