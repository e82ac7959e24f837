package change

import (
	"github.com/spf13/cobra"

	"github.com/safeport/safeport/internal/release"
)

const exportLong = `Print the instance as a plain Compose file that uses its existing volumes. "docker compose up" with it
does what safeport did, so you can stop using safeport at any time.`

func newExport() *cobra.Command {
	c := newChanging()
	cmd := &cobra.Command{
		Use:     "export [INSTANCE] [flags]",
		Short:   "Export as a plain Compose file",
		Long:    exportLong,
		Example: "  safeport export gpustack > compose.yaml",
		RunE: func(cmd *cobra.Command, words []string) error {
			return c.onInstalled(cmd, words, func(s *release.Session) error {
				text, err := s.Export(cmd.Context())
				if err != nil {
					return c.failed(cmd, err)
				}
				_, err = cmd.OutOrStdout().Write(text)
				return err
			})
		},

		ValidArgsFunction:     completeInstance,
		DisableFlagsInUseLine: true,
	}
	c.defineFinding(cmd.Flags())
	return cmd
}
