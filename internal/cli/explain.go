package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/docs"
	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/report"
)

// explain prints the page of a finding. The code is taken as a report prints it, in brackets, too.
func explain(cmd *cobra.Command, code string) error {
	code = strings.Trim(code, "[]")
	var codes []string
	for _, c := range report.Codes() {
		codes = append(codes, string(c))
	}
	if !slices.Contains(codes, code) {
		if near := safeport.Near(code, codes); near != "" {
			return Usagef("--explain: unknown code %q: did you mean %q?", code, near)
		}
		return Usagef("--explain: unknown code %q: use one of %s", code, strings.Join(codes, ", "))
	}
	l := Language(cmd)
	return output.Explain(cmd.OutOrStdout(), code, Copyable(cmd, docs.Finding(code, l)), Screen(cmd.OutOrStdout(), l))
}
