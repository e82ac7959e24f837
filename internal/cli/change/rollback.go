package change

import (
	"github.com/spf13/cobra"

	"github.com/safeport/safeport/internal/cli"
	"github.com/safeport/safeport/internal/release"
)

const rollbackLong = `Go back to the release before: its containers were kept, so that it takes no image and no network.
The data is not taken back: what the newer version has written, the older one will find. With
--restore it gets the data that it had, from the backup that the upgrade made; what was written since
is copied before, and is not lost.`

func newRollback() *cobra.Command {
	c := newChanging()
	restore := false
	cmd := &cobra.Command{
		Use:     "rollback [INSTANCE] [flags]",
		Short:   "Go back to the release before",
		Long:    rollbackLong,
		Example: "  safeport rollback gpustack\n  safeport rollback gpustack --restore --dry-run",

		ValidArgsFunction:     completeInstance,
		DisableFlagsInUseLine: true,
	}
	cmd.RunE = func(cmd *cobra.Command, words []string) error {
		return c.onInstalled(cmd, words, func(s *release.Session) error {
			var none cli.Settings
			s.Restore, s.Question.Again = restore, none.Again(cmd, words)
			s.Forward = func(options ...string) string {
				return none.Line(cmd.Parent().CommandPath()+" upgrade", cmd, words, options...)
			}
			o, err := s.Rollback(cmd.Context())
			return c.finish(cmd, o, err)
		})
	}
	c.define(cmd.Flags())
	cmd.Flags().BoolVar(&restore, "restore", false, "go back to the data of that time too")
	return cmd
}
