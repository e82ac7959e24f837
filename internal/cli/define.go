package cli

import (
	"github.com/spf13/cobra"

	"github.com/safeport/safeport"
)

const defineLong = `Print the definition of a built-in service: a Compose file with an x-safeport section.

Use it as a starting point for your own service, and pass the edited file to any command:
safeport check ./gpustack.yaml.`

const defineExample = `  safeport define gpustack > gpustack.yaml
  safeport check ./gpustack.yaml`

func newDefine() *cobra.Command {
	return &cobra.Command{
		Use:     "define SERVICE",
		Short:   "Print a built-in service's definition",
		Long:    defineLong,
		Example: defineExample,
		RunE: func(cmd *cobra.Command, words []string) error {
			if len(words) != 1 {
				return Usagef(`specify one service, as in "safeport define gpustack"`)
			}
			text, err := safeport.Definition(words[0])
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(text)
			return err
		},

		ValidArgsFunction:     completeService,
		DisableFlagsInUseLine: true,
	}
}
