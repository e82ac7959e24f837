package change

import (
	"github.com/spf13/cobra"

	"github.com/safeport/safeport/internal/cli"
	"github.com/safeport/safeport/internal/release"
)

const rollbackLong = `Roll back to the previous revision. Its containers were kept, so no image or network is needed.
Data isn't rolled back: the older version uses what the newer one wrote. With --restore it gets its
own data from the upgrade's backup; newer data is backed up first and isn't lost.`

func newRollback() *cobra.Command {
	c := newChanging()
	restore := false
	cmd := &cobra.Command{
		Use:     "rollback [INSTANCE] [flags]",
		Short:   "Roll back to the previous revision",
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
	cmd.Flags().BoolVar(&restore, "restore", false, "also restore the data of that time")
	return cmd
}
