package cli_test

import (
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/safeport/safeport/internal/cli"
	"github.com/safeport/safeport/internal/cli/change"
	"github.com/safeport/safeport/internal/message"
)

// Help is written beside the code that it explains, and translated where it is printed.
func TestHelpIsThereInChinese(t *testing.T) {
	translated := func(where, text string) {
		t.Helper()
		if text != "" && message.Chinese.Translate(text) == text {
			t.Errorf("%s: no Chinese for\n%q", where, text)
		}
	}
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		if cmd.Hidden {
			return
		}
		if cmd.HasParent() {
			translated(cmd.CommandPath(), cmd.Short)
			translated(cmd.CommandPath(), cmd.Long)
		}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden && f.Name != "help" && f.Annotations["service"] == nil {
				translated(cmd.CommandPath()+" --"+f.Name, f.Usage)
			}
		})
		for _, c := range cmd.Commands() {
			walk(c)
		}
	}
	walk(change.Safeport().Commands(message.English))
	walk(cli.Core("safeport-check").Commands(message.English))
}
