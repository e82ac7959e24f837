package cli

import (
	"github.com/spf13/cobra"
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
		RunE: func(cmd *cobra.Command, words []string) error {
			about, err := c.about(words)
			if err != nil {
				return err
			}
			var none settings
			about.Again = none.again(cmd, words)
			s, err := c.open(cmd, about)
			if err != nil {
				return c.failed(cmd, err)
			}
			defer s.Engine.Close()
			s.Restore = restore
			s.Forward = func(options ...string) string {
				return none.line(cmd.Parent().CommandPath()+" upgrade", cmd, words, options...)
			}
			o, err := s.Rollback(cmd.Context())
			return c.finish(cmd, o, err)
		},

		ValidArgsFunction:     completeInstance,
		DisableFlagsInUseLine: true,
	}
	c.define(cmd.Flags())
	cmd.Flags().BoolVar(&restore, "restore", false, "go back to the data of that time too")
	return cmd
}
