package cli

import (
	"os"
	"runtime/debug"
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
	flags.BoolVar(&l.Connections, "all", false, "all ports: include connections")
	flags.StringArrayVar(&l.Ranges, "range", nil, "all ports: only a `RANGE` (8000-9000); repeatable")
	flags.StringVar(&l.Name, "name", "", "all ports: only processes or units with `TEXT` in their name")
	flags.StringVar(&l.User, "user", "", "all ports: only those of a `USER`")
	flags.StringVar(&l.Container, "container", "", "all ports: only containers with `TEXT` in their name")
	flags.BoolVar(&l.watch, "watch", false, "all ports: refresh and mark changes; q quits")
	flags.DurationVar(&l.interval, "interval", 2*time.Second, "with --watch: refresh interval, a `DURATION` such as 5s")
}

// refuse says that a flag of the list was given with a port.
func (l *listing) refuse(flags *pflag.FlagSet) error {
	for _, name := range ofListing {
		if flags.Changed(name) {
			return Usagef("--%s applies to the list of all ports: omit the port", name)
		}
	}
	return nil
}

// run answers "who" without a port.
func (l *listing) run(cmd *cobra.Command, out *OutputFlags) error {
	if l.watch {
		if out.Format.Value != "text" {
			return Usagef("--watch supports only text output")
		}
		return l.follow(cmd)
	}
	// A list of 18,000 ports takes 100 MB, and is written before it would pay to collect what it leaves.
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(256 << 20)
	r, err := safeport.List(cmd.Context(), l.ListRequest)
	if err != nil {
		return err
	}
	if out.Format.Value == "csv" {
		return output.ListCSV(cmd.OutOrStdout(), r)
	}
	return out.Write(cmd, r, func(opt output.Options) error {
		if os.Geteuid() != 0 {
			opt.AsRoot = Copyable(cmd, "sudo safeport who")
		}
		return output.List(cmd.OutOrStdout(), r, opt)
	})
}
