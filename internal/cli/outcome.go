package cli

import (
	"fmt"
	"strings"

	"github.com/docker/go-units"
	"github.com/spf13/cobra"

	"safeport"
	"safeport/internal/message"
	"safeport/internal/release"
	"safeport/internal/report"
)

// writeOutcome prints what a change came to: the address that was asked and answered, and where data and logs are.
func (c *changing) writeOutcome(cmd *cobra.Command, o *release.Outcome) error {
	return c.write(cmd, o, func(report.Options) error {
		var b strings.Builder
		if o.Report != nil {
			for _, f := range o.Report.Findings {
				if f.Severity == safeport.Warning {
					fmt.Fprintf(&b, "warning: %s\n", f.Message)
				}
			}
		}
		switch o.Result {
		case release.Planned:
			planText(&b, o)
		case release.Nothing:
			fmt.Fprintf(&b, "%s: nothing to change.\n", o.Instance)
			summary(&b, o)
		default:
			fmt.Fprintf(&b, "%s is %s.\n", o.Instance, came[o.Action])
			summary(&b, o)
		}
		_, err := cmd.OutOrStdout().Write([]byte(b.String()))
		return err
	})
}

// came says what an action comes to.
var came = map[release.Action]string{
	release.Install: "installed, and answers", release.Upgrade: "upgraded, and answers",
	release.Rollback: "back, and answers", release.Uninstall: "removed",
}

func planText(b *strings.Builder, o *release.Outcome) {
	fmt.Fprintf(b, "The plan for %s. Nothing has been changed.\n", o.Instance)
	for i, s := range o.Steps {
		fmt.Fprintf(b, "%3d. %s\n", i+1, s.About)
	}
}

func summary(b *strings.Builder, o *release.Outcome) {
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintf(b, "  %-8s %s\n", label, text)
		}
	}
	line("URL", o.URL)
	line("login", o.Login)
	if o.Release != nil {
		line("version", fmt.Sprintf("%s, release %d", o.Image, *o.Release))
		for _, name := range o.Names {
			line("logs", "docker logs "+message.Quote(name))
		}
	}
	if len(o.Volumes) > 0 {
		line("data", "volume "+strings.Join(o.Volumes, ", "))
	}
	for _, b := range o.Backups {
		line("backup", backupText(b))
	}
}

// backupText tells of a copy of the data: of which release, how large, and where.
func backupText(b release.BackupStatus) string {
	return fmt.Sprintf("%s: data of release %d, %s", message.Quote(b.Path), b.Release, units.HumanSize(float64(b.Bytes)))
}
