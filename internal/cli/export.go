package cli

import (
	"github.com/spf13/cobra"
)

const exportLong = `Print the instance as a plain Compose file, on the volumes that it has. With it "docker compose up" does
what safeport did: nobody has to stay.`

func newExport() *cobra.Command {
	c := newChanging()
	cmd := &cobra.Command{
		Use:     "export [INSTANCE] [flags]",
		Short:   "Print it as a plain Compose file",
		Long:    exportLong,
		Example: "  safeport export gpustack > compose.yaml",
		RunE: func(cmd *cobra.Command, words []string) error {
			about, err := c.about(words)
			if err != nil {
				return err
			}
			s, err := c.open(cmd, about)
			if err != nil {
				return c.failed(cmd, err)
			}
			defer s.Engine.Close()
			text, err := s.Export(cmd.Context())
			if err != nil {
				return c.failed(cmd, err)
			}
			_, err = cmd.OutOrStdout().Write(text)
			return err
		},

		ValidArgsFunction:     completeInstance,
		DisableFlagsInUseLine: true,
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.Var(&c.name, "name", "which installation of the service is meant")
	flags.Var(&c.engine, "engine", "the container engine's endpoint (default: found as docker finds it)")
	flags.Var(&c.stateDir, "state-dir", stateDirUsage)
	return cmd
}
