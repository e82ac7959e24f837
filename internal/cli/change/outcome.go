package change

import (
	"fmt"
	"io"
	"strings"

	"github.com/docker/go-units"
	"github.com/rivo/uniseg"
	"github.com/spf13/cobra"

	"github.com/safeport/safeport/internal/cli"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/internal/release"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/report"
)

// writeOutcome prints what a change came to: the address that was asked and answered, and where data and logs are.
func (c *changing) writeOutcome(cmd *cobra.Command, o *release.Outcome) error {
	return c.Write(cmd, o, func(output.Options) error {
		_, err := io.WriteString(cmd.OutOrStdout(), cli.Copyable(cmd, outcomeText(o, cli.Language(cmd), cli.Screen(cmd.OutOrStdout(), cli.Language(cmd)))))
		return err
	})
}

func outcomeText(o *release.Outcome, l message.Language, signs output.Options) string {
	var b strings.Builder
	if o.Report != nil {
		for _, f := range o.Report.Findings {
			if f.Severity == report.Warning {
				fmt.Fprintln(&b, signs.Hanging(signs.Sign("!")+" ", f.Message))
			}
		}
	}
	if o.Result == release.Planned {
		plan(&b, o, l, signs)
		return b.String()
	}
	fmt.Fprintln(&b, signs.Sign("✓")+" "+came(o, l))
	summary(&b, o, l, signs)
	return b.String()
}

// plan lists what a dry run would do.
func plan(b *strings.Builder, o *release.Outcome, l message.Language, signs output.Options) {
	fmt.Fprintln(b, signs.Hanging("", l.Sprintf("Plan for %s (dry run, nothing has been changed):", o.Instance)))
	for i, s := range o.Steps {
		fmt.Fprintln(b, signs.Hanging(fmt.Sprintf("%3d. ", i+1), s.About.In(l)))
	}
	if len(o.Changes) > 0 {
		fmt.Fprintln(b, l.Sprintf("Changes:"))
	}
	for _, c := range o.Changes {
		fmt.Fprintln(b, signs.Hanging("  - ", message.Clean(c.In(l))))
	}
	if len(o.Commands) > 0 {
		fmt.Fprintln(b, l.Sprintf("Equivalent docker commands:"))
	}
	for _, command := range o.Commands {
		fmt.Fprintf(b, "    %s\n", command)
	}
	if len(o.Unsaid) > 0 {
		fmt.Fprintln(b, signs.Hanging("", l.Sprintf("Not included, because docker run can't express it: %s", strings.Join(o.Unsaid, ", "))))
	}
}

// came says what an action came to.
func came(o *release.Outcome, l message.Language) string {
	asked := o.URL != "" // otherwise the containers run, and those with a health check are healthy
	other := o.Version != "" && o.Before != "" && o.Version != o.Before
	switch {
	case o.Result == release.Nothing:
		return l.Sprintf("%s: nothing to change", o.Instance)
	case o.Action == journal.Upgrade && other:
		return l.Sprintf("Upgraded %s %s → %s", o.Instance, o.Before, o.Version)
	case o.Action == journal.Rollback && o.Version != "":
		return l.Sprintf("Rolled back %s to %s", o.Instance, o.Version)
	case o.Action == journal.Install && !asked:
		return l.Sprintf("%s is installed and running", o.Instance)
	case o.Action == journal.Upgrade && !asked:
		return l.Sprintf("%s is upgraded and running", o.Instance)
	case o.Action == journal.Rollback && !asked:
		return l.Sprintf("%s is rolled back and running", o.Instance)
	case o.Action == journal.Install:
		return l.Sprintf("%s is installed and healthy", o.Instance)
	case o.Action == journal.Upgrade:
		return l.Sprintf("%s is upgraded and healthy", o.Instance)
	case o.Action == journal.Rollback:
		return l.Sprintf("%s is rolled back and healthy", o.Instance)
	}
	return l.Sprintf("%s is uninstalled", o.Instance)
}

func summary(b *strings.Builder, o *release.Outcome, l message.Language, signs output.Options) {
	if o.URL != "" || o.Release != nil {
		b.WriteByte('\n')
	}
	line := func(label, text string) {
		if text != "" {
			b.WriteString(signs.Hanging(labelled(label, 8), text) + "\n")
		}
	}
	command := func(label, text, command string) { // in which text ends
		if text != "" {
			b.WriteString(signs.EndsInCommand(labelled(label, 8), text, command) + "\n")
		}
	}
	var ports []report.Port
	if o.Report != nil {
		ports = o.Report.Ports
	}
	open := l.Sprintf("Address")
	if o.HasPage {
		open = l.Sprintf("Open")
	}
	line(open, openAt(o.URL, ports, l))
	command(l.Sprintf("Login"), o.Login, afterColon(o.Login))
	if o.Release != nil {
		line(l.Sprintf("Version"), l.Sprintf("%s (revision %d)", o.Image, *o.Release))
		for _, name := range o.Names {
			logs := o.Command + " logs " + message.Quote(name)
			command(l.Sprintf("Logs"), logs, logs)
		}
	}
	if len(o.Volumes) > 0 {
		line(l.Sprintf("Data"), l.Sprintf("volume %s", strings.Join(o.Volumes, ", ")))
	}
	for _, b := range o.Backups {
		line(l.Sprintf("Backup"), backupText(b, l))
	}
	if o.Result == release.Done {
		command(l.Sprintf("Undo"), o.Undo, o.Undo)
	}
	if o.Action == journal.Uninstall && len(o.Volumes)+len(o.Backups) > 0 && o.Purge != "" {
		b.WriteString(signs.EndsInCommand("", l.Sprintf("Data was kept. To delete it, run: %s", o.Purge), o.Purge) + "\n")
	}
}

// labelled begins a line of a summary: a label, which takes so many columns.
func labelled(label string, columns int) string {
	return "  " + label + strings.Repeat(" ", max(0, columns-uniseg.StringWidth(label))) + " "
}

// afterColon is what a text has after its last colon, where a definition has the command of a login.
func afterColon(text string) string {
	for _, colon := range []string{": ", "："} {
		if i := strings.LastIndex(text, colon); i >= 0 {
			return text[i+len(colon):]
		}
	}
	return ""
}

// backupText tells of a copy of the data: of which release, how large, and where.
func backupText(b journal.BackupStatus, l message.Language) string {
	return l.Sprintf("%s (data of revision %d, %s)", message.Quote(b.Path), b.Release, units.HumanSize(float64(b.Bytes)))
}
