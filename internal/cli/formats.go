package cli

import (
	"github.com/spf13/cobra"

	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/report"
)

const checkOutput = "output format: text, json, junit, tap, nagios, prometheus or github"

func checkFormats() []string {
	return []string{"text", "json", "junit", "tap", "nagios", "prometheus", "github"}
}

// write hands the answer to a check over in the format that was asked for.
func (c *check) write(cmd *cobra.Command, r *report.Report) error {
	out, opt := cmd.OutOrStdout(), output.Options{Strict: c.strict, Language: c.Language(cmd)}
	switch c.Format.Value {
	case "junit":
		return output.JUnit(out, r, opt)
	case "tap":
		return output.TAP(out, r, opt)
	case "nagios":
		return output.Nagios(out, r, opt)
	case "prometheus":
		return output.Prometheus(out, r, opt)
	case "github":
		return output.GitHub(out, r, opt)
	}
	return c.OutputFlags.Write(cmd, r, func(opt output.Options) error { return output.Text(out, r, opt) })
}

// status is the exit status of a check that was answered, as an error for cobra. Monitoring systems have their own.
func (c *check) status(r *report.Report) error {
	if c.Format.Value != "nagios" {
		return Checked(r, c.strict)
	}
	if n := output.NagiosStatus(r.Judge(c.strict)); n != 0 {
		return ExitStatus(n)
	}
	return nil
}

// unanswered ends a check that came to no answer. A monitoring system reads stdout alone, and would take the status of a
// usage error for "critical".
func (c *check) unanswered(cmd *cobra.Command, cause error) error {
	if c.Format.Value != "nagios" {
		return cause
	}
	if err := output.NagiosUnknown(cmd.OutOrStdout(), c.Language(cmd).Error(cause)); err != nil {
		return err
	}
	return ExitStatus(output.NagiosStatus(report.Unknown))
}
