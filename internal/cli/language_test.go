package cli

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/safeport/safeport/internal/message"
)

// Whoever types the name alone reads twelve lines, in either language.
func TestOverviewHasTwelveLines(t *testing.T) {
	for _, l := range message.Languages() {
		if n := strings.Count(l.Translate(overview), "\n"); n != 12 {
			t.Errorf("%s: %d lines, want 12", l, n)
		}
	}
}

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
			if !f.Hidden && f.Name != "help" && f.Annotations[serviceAnnotation] == nil {
				translated(cmd.CommandPath()+" --"+f.Name, f.Usage)
			}
		})
		for _, c := range cmd.Commands() {
			walk(c)
		}
	}
	walk(newRoot(nil))
}
