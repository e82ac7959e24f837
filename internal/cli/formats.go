package cli

import (
	"github.com/spf13/cobra"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/report"
)

const checkOutput = "text, or for programs json, junit, tap, nagios, prometheus or github"

func checkFormats() []string {
	return []string{"text", "json", "junit", "tap", "nagios", "prometheus", "github"}
}

// write hands the answer to a check over in the format that was asked for.
func (c *check) write(cmd *cobra.Command, r *safeport.Report) error {
	out, opt := cmd.OutOrStdout(), report.Options{Strict: c.strict, Language: c.language(cmd)}
	switch c.format.value {
	case "junit":
		return report.JUnit(out, r, opt)
	case "tap":
		return report.TAP(out, r, opt)
	case "nagios":
		return report.Nagios(out, r, opt)
	case "prometheus":
		return report.Prometheus(out, r, opt)
	case "github":
		return report.GitHub(out, r, opt)
	}
	return c.output.write(cmd, r, func(opt report.Options) error { return report.Text(out, r, opt) })
}

// status is the exit status of a check that was answered, as an error for cobra. Monitoring systems have their own.
func (c *check) status(r *safeport.Report) error {
	if c.format.value != "nagios" {
		return checked(r, c.strict)
	}
	if n := report.NagiosStatus(report.Judged(r, c.strict)); n != 0 {
		return exitStatus(n)
	}
	return nil
}

// unanswered ends a check that came to no answer. A monitoring system reads stdout alone, and would take the status of a
// usage error for "critical".
func (c *check) unanswered(cmd *cobra.Command, cause error) error {
	if c.format.value != "nagios" {
		return cause
	}
	if err := report.NagiosUnknown(cmd.OutOrStdout(), c.language(cmd).Error(cause)); err != nil {
		return err
	}
	return exitStatus(report.NagiosStatus(safeport.Unknown))
}
