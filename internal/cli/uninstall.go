package cli

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"safeport/internal/message"
	"safeport/internal/release"
)

const uninstallLong = `Remove the containers and networks of an installed service. Its data stays: to install it again finds
it. With --purge the volumes that safeport made go too, after a question that --yes answers.`

func newUninstall() *cobra.Command {
	c := newChanging()
	purge := false
	cmd := &cobra.Command{
		Use:     "uninstall [INSTANCE] [flags]",
		Short:   "Remove it; its data stays",
		Long:    uninstallLong,
		Example: "  safeport uninstall gpustack\n  safeport uninstall gpustack --purge --yes",

		ValidArgsFunction:     completeInstance,
		DisableFlagsInUseLine: true,
	}
	cmd.RunE = func(cmd *cobra.Command, words []string) error {
		about, err := c.about(words)
		if err != nil {
			return err
		}
		s, err := c.open(cmd, about)
		if err != nil {
			return c.failed(cmd, err)
		}
		defer s.Engine.Close()
		o, err := s.Remove(cmd.Context(), purge, func(instance string, volumes []string) error {
			return c.confirmPurge(cmd, instance, volumes)
		})
		return c.finish(cmd, o, err)
	}
	c.define(cmd.Flags())
	cmd.Flags().BoolVar(&purge, "purge", false, "remove the data too: the volumes that safeport made")
	return cmd
}

// confirmPurge asks before data is removed. Who cannot be asked has not said yes.
func (c *changing) confirmPurge(cmd *cobra.Command, instance string, volumes []string) error {
	if c.yes || len(volumes) == 0 {
		return nil
	}
	data := strings.Join(volumes, ", ")
	stdin, ok := cmd.InOrStdin().(*os.File)
	if !ok || !term.IsTerminal(int(stdin.Fd())) {
		return usagef("--purge would remove the data in volume %s: say --yes too, for there is no terminal to ask at", data)
	}
	fmt.Fprint(cmd.ErrOrStderr(), language(cmd).Sprintf("Remove %s and the data in volume %s for ever? Write yes: ", instance, data))
	answer, err := bufio.NewReader(stdin).ReadString('\n')
	if err != nil || strings.TrimSpace(answer) != "yes" {
		return &release.RefusedError{Reason: message.Say("not confirmed")}
	}
	return nil
}
