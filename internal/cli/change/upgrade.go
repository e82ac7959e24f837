package change

import (
	"github.com/spf13/cobra"

	"github.com/safeport/safeport/internal/cli"
	"github.com/safeport/safeport/internal/release"
	"github.com/safeport/safeport/internal/release/engine"
)

const upgradeLong = `Change an installed service: its version, ports or other settings. Unspecified settings stay.
New containers are created while the old ones run. The old ones are then stopped and kept, and started
again if the new ones don't become healthy.

Before another image gets the data, it is backed up while the service is stopped, so that
"safeport rollback --restore" can restore it.

A container that was started by hand, as with "docker run --name gpustack ...", is taken over with its
ports, volumes, variables, arguments and devices. Options that can't be carried over are listed, and
nothing is changed.`

const upgradeExample = `  safeport upgrade gpustack --version v2.3.0
  safeport upgrade gpustack --port 8080
  safeport upgrade gpustack --version v2.3.0 --dry-run
  safeport upgrade --version v2.3.0 --load gpustack.tar --pull never`

func newUpgrade(args []string) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "upgrade [INSTANCE] [flags]",
		Short:   "Check and upgrade; the old version is kept until the new one is healthy",
		Long:    upgradeLong,
		Example: upgradeExample,

		ValidArgsFunction:     completeInstance,
		DisableFlagsInUseLine: true,
	}
	m := newMaking(cmd, args, installedAmong)
	var backup, noBackup bool
	cmd.Flags().BoolVar(&backup, "backup", false, "back up data first, for \"safeport rollback --restore\" (default: if the image changes)")
	cmd.Flags().BoolVar(&noBackup, "no-backup", false, "don't back up data first")
	cmd.RunE = func(cmd *cobra.Command, words []string) error {
		about, err := m.about(cmd.Context(), words)
		if err != nil {
			return err
		}
		if backup && noBackup {
			return cli.Usagef("--backup and --no-backup can't be combined")
		}
		about.Again = m.settings.Again(cmd, words)
		s, err := m.open(cmd, about)
		if err != nil {
			return m.failed(cmd, err)
		}
		defer s.Engine.Close()
		switch {
		case backup:
			s.Backup = release.Yes
		case noBackup:
			s.Backup = release.No
		}
		// A Compose file may have changed itself, and so may an image have.
		gets := s.Load != "" || s.Policy == engine.PullAlways
		if !gets && len(s.Question.Settings)+len(s.Env)+len(about.Files) == 0 && len(s.Images) == 0 && s.Question.ConfigFile == "" {
			return cli.Usagef("nothing to change: specify a change, as in --version TAG or --port 8080")
		}
		o, err := m.settle(cmd, s, s.Upgrade)
		return m.finish(cmd, o, err)
	}
	return cmd
}
