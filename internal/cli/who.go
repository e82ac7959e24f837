package cli

import (
	"github.com/spf13/cobra"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/report"
)

const whoLong = `Show what uses a port: the process, its user and start time, its container, Compose project and systemd
unit. Also shown is how it was started (in full with --tree), and how to stop it safely. Without a
protocol, both TCP and UDP are shown.

Without a port, all ports in use are listed: address, process, start time, how it was started, and
whether clients on other hosts can connect.`

const whoExample = `  safeport who 80
  sudo safeport who 80 443 53/udp
  safeport who 8080 --tree
  safeport who 40000-40063 -o json
  sudo safeport who
  sudo safeport who --user www-data --watch
  sudo safeport who --all -o csv`

func newWho() *cobra.Command {
	out := NewOutput()
	engine := Once{Kind: "URL"}
	tree, all := false, listing{}
	cmd := &cobra.Command{
		Use:     "who [PORT…] [flags]",
		Short:   "Show what uses a port",
		Long:    whoLong,
		Example: whoExample,

		ValidArgsFunction:     cobra.NoFileCompletions,
		DisableFlagsInUseLine: true,
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().Var(&engine, "engine", EngineUsage)
	out.Define(cmd.Flags())
	out.defineVerbose(cmd.Flags())
	out.Format.Among, cmd.Flags().Lookup("output").Usage = []string{"text", "json", "csv"}, "output format: text or json; csv for the list of all ports"
	all.define(cmd.Flags())
	cmd.Flags().BoolVar(&tree, "tree", false, "show in full how each process was started")
	cmd.RunE = func(cmd *cobra.Command, ports []string) error {
		if len(ports) == 0 {
			all.Engine = engine.Value
			return all.run(cmd, out)
		}
		if err := all.refuse(cmd.Flags()); err != nil {
			return err
		}
		if out.Format.Value == "csv" {
			return Usagef("-o csv applies to the list of all ports: omit the port")
		}
		r, err := safeport.Who(cmd.Context(), safeport.WhoRequest{Ports: ports, Engine: engine.Value, Language: out.Language(cmd)})
		if err != nil {
			return err
		}
		CopyableFindings(cmd, r.Findings, out.Format.Value)
		err = out.Write(cmd, r, func(opt output.Options) error {
			opt.Tree = tree
			return output.Who(cmd.OutOrStdout(), r, opt)
		})
		if err != nil {
			return err
		}
		return told(r)
	}
	return cmd
}

// told is the exit status of a question after holders: it is answered, whatever the answer, unless a port stays unknown.
func told(r *report.WhoReport) error {
	for _, p := range r.Ports {
		if p.Verdict == report.PortUnknown {
			return ExitStatus(ExitUnknown)
		}
	}
	return nil
}
