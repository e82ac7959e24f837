package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/report"
)

// withoutHost answers a check that was to ask the host nothing: is a port used twice in what was named?
func (c *check) withoutHost(cmd *cobra.Command, r *report.Report) error {
	l := Language(cmd)
	err := c.Write(cmd, r, func(opt output.Options) error {
		out := cmd.OutOrStdout()
		twice := 0
		for _, f := range r.Findings {
			if f.Code == report.DuplicatePort && f.Severity == report.Error {
				twice++
				if _, err := fmt.Fprintf(out, "%s %s: %s\n", opt.Sign("✗"), places(r, f.Port), f.Message); err != nil {
					return err
				}
			}
		}
		if twice > 0 || c.quiet {
			return nil
		}
		_, err := fmt.Fprintf(out, "%s %s\n", opt.Sign("✓"), l.Sprintf("%s: no port is used twice (this host wasn't checked)", r.Service))
		return err
	})
	if err != nil {
		return err
	}
	if r.Judge(false) == report.Blocked {
		return ExitStatus(ExitBlocked)
	}
	return nil
}

// places are where the port of a finding was chosen: "compose.yaml:5".
func places(r *report.Report, name string) string {
	for _, p := range r.Ports {
		if p.Name == name && strings.Contains(p.Origin.Where, ":") {
			return p.Origin.Where
		}
	}
	return r.Service
}
