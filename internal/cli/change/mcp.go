package change

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/safeport/safeport/internal/cli"
	"github.com/safeport/safeport/internal/mcp"
)

const mcpLong = `Serve AI agents and editors over the Model Context Protocol, on standard input and output. The tools
check, who, free and explain inspect this host and change nothing. Add this command to the agent's
settings. It exits when the agent closes the connection.`

const mcpExample = `  safeport mcp
  claude mcp add safeport -- safeport mcp`

func newMCP() *cobra.Command {
	return &cobra.Command{
		Use:     "mcp [flags]",
		Short:   "Serve agents over the Model Context Protocol",
		Long:    mcpLong,
		Example: mcpExample,
		Args:    cobra.NoArgs,

		ValidArgsFunction:     cobra.NoFileCompletions,
		DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return mcp.Serve(cmd.Context(), cli.Version(), io.NopCloser(cmd.InOrStdin()), keptOpen{cmd.OutOrStdout()})
		},
	}
}

// keptOpen leaves a stream open when it is closed.
type keptOpen struct{ io.Writer }

func (keptOpen) Close() error { return nil }
