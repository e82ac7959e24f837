package change

import (
	"github.com/spf13/cobra"

	"github.com/safeport/safeport/internal/cli"
	"github.com/safeport/safeport/internal/release"
)

const upgradeLong = `Change an installed service: its version, its ports, any of its settings, or several at once. What is
not mentioned stays as it is. The new containers are made while the old ones serve; the old ones are
stopped, kept, and started again when the new ones do not answer as they should.

Before another image gets the data, it is copied as the definition of the service says, while nobody
serves, so that "safeport rollback --restore" can bring it back.

A container that was started by hand, as by "docker run --name gpustack ...", is taken over with its
ports, volumes, variables, arguments and devices; what cannot be taken over is named, and then
nothing is changed.`

const upgradeExample = `  safeport upgrade gpustack --version v2.3.0
  safeport upgrade gpustack --port 8080
  safeport upgrade gpustack --version v2.3.0 --dry-run
  safeport upgrade --version v2.3.0 --load gpustack.tar --pull never`

func newUpgrade(args []string) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "upgrade [INSTANCE] [flags]",
		Short:   "Check, then replace; the old one is kept until the new one answers",
		Long:    upgradeLong,
		Example: upgradeExample,

		ValidArgsFunction:     completeInstance,
		DisableFlagsInUseLine: true,
	}
	m := newMaking(cmd, args, installedAmong)
	var backup, noBackup bool
	cmd.Flags().BoolVar(&backup, "backup", false, "copy the data before, for \"safeport rollback --restore\" (default: if the image is another)")
	cmd.Flags().BoolVar(&noBackup, "no-backup", false, "do not copy the data before")
	cmd.RunE = func(cmd *cobra.Command, words []string) error {
		about, err := m.about(words)
		if err != nil {
			return err
		}
		if backup && noBackup {
			return cli.Usagef("--backup and --no-backup contradict each other")
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
		// A Compose file may have changed itself.
		if len(s.Question.Settings)+len(s.Env)+len(about.Files) == 0 && len(s.Images) == 0 && s.Question.ConfigFile == "" {
			return cli.Usagef("nothing to change: say what, as in --version TAG or --port 8080")
		}
		o, err := m.settle(cmd, s, s.Upgrade)
		return m.finish(cmd, o, err)
	}
	return cmd
}
