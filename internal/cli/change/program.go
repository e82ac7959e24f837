// Package change has the commands that change the host: install, upgrade, rollback and uninstall, and those that tell of what
// they have made, status and export. It stands apart from package cli as all that makes containers hangs from it.
package change

import (
	"github.com/spf13/cobra"

	"github.com/safeport/safeport/compose"
	"github.com/safeport/safeport/internal/cli"
)

// Safeport is the full program.
func Safeport() cli.Program {
	return cli.Program{Name: "safeport", Compose: compose.Read, Change: commands, Installed: installedNames}
}

func commands(args []string) []*cobra.Command {
	return []*cobra.Command{newInstall(args), newUpgrade(args), newRollback(), newUninstall(), newStatus(), newExport(), newFreeUp(), newMCP()}
}
