package cli

import (
	"github.com/spf13/cobra"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/report"
)

const whoLong = `Tell who holds a port: the process, its user and since when, the container and its Compose project,
the systemd unit; how it came to run, from the service manager, login or scheduler on (--tree: in
full); and how it is freed without harm. Without a protocol, TCP and UDP are both asked about.`

const whoExample = `  safeport who 80
  sudo safeport who 80 443 53/udp
  safeport who 40000-40063 -o json`

func newWho() *cobra.Command {
	out := newOutput()
	engine := once{kind: "URL"}
	tree := false
	cmd := &cobra.Command{
		Use:     "who PORT… [flags]",
		Short:   "Who holds a port?",
		Long:    whoLong,
		Example: whoExample,

		ValidArgsFunction:     cobra.NoFileCompletions,
		DisableFlagsInUseLine: true,
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().Var(&engine, "engine", engineUsage)
	out.define(cmd.Flags())
	out.defineVerbose(cmd.Flags())
	cmd.Flags().BoolVar(&tree, "tree", false, "how each holder came to run, in full")
	cmd.RunE = func(cmd *cobra.Command, ports []string) error {
		if len(ports) == 0 {
			return usagef(`no port to look for: name one, as in "safeport who 80"`)
		}
		r, err := safeport.Who(cmd.Context(), safeport.WhoRequest{Ports: ports, Engine: engine.value, Language: out.language(cmd)})
		if err != nil {
			return err
		}
		err = out.write(cmd, r, func(opt output.Options) error {
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
			return exitStatus(exitUnknown)
		}
	}
	return nil
}
