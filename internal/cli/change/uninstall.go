package change

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"github.com/docker/go-units"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/safeport/safeport/internal/cli"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release"
	"github.com/safeport/safeport/internal/release/journal"
)

const uninstallLong = `Remove the containers and networks of an installed service. Data is kept, and reinstalling finds it.
With --purge, volumes created by safeport and backups are deleted too. This requires confirmation;
without a terminal, confirm with --yes.`

func newUninstall() *cobra.Command {
	c := newChanging()
	purge := false
	cmd := &cobra.Command{
		Use:     "uninstall [INSTANCE] [flags]",
		Short:   "Uninstall; data is kept",
		Long:    uninstallLong,
		Example: "  safeport uninstall gpustack\n  safeport uninstall gpustack --purge --yes",

		ValidArgsFunction:     completeInstance,
		DisableFlagsInUseLine: true,
	}
	cmd.RunE = func(cmd *cobra.Command, words []string) error {
		return c.onInstalled(cmd, words, func(s *release.Session) error {
			o, err := s.Remove(cmd.Context(), purge, func(data release.Purge) error { return c.confirm(cmd, data) })
			return c.finish(cmd, o, err)
		})
	}
	c.define(cmd.Flags())
	cmd.Flags().BoolVar(&purge, "purge", false, "also delete data: volumes created by safeport, and backups")
	return cmd
}

// confirm asks before data is removed. Who cannot be asked has not said yes.
func (c *changing) confirm(cmd *cobra.Command, data release.Purge) error {
	if c.yes {
		return nil
	}
	l := cli.Language(cmd)
	var list []string
	for _, v := range data.Volumes {
		size := l.Sprintf("of unknown size")
		if v.Bytes >= 0 {
			size = units.HumanSize(float64(v.Bytes))
		}
		list = append(list, l.Sprintf("volume %s", message.Clean(v.Name)+", "+size))
	}
	for _, b := range data.Backups {
		list = append(list, backupText(b, l))
	}
	stdin, ok := cmd.InOrStdin().(*os.File)
	if !ok || !term.IsTerminal(int(stdin.Fd())) {
		return cli.Usagef("--purge would delete %s: without a terminal, confirm with --yes", strings.Join(list, "; "))
	}
	stderr := cmd.ErrOrStderr()
	fmt.Fprintln(stderr, l.Sprintf("Permanently delete %s and its data?", data.Instance))
	for _, line := range list {
		fmt.Fprintf(stderr, "    %s\n", line)
	}
	fmt.Fprint(stderr, l.Sprintf("Type 'yes': "))
	answer, err := bufio.NewReader(stdin).ReadString('\n')
	if err != nil || strings.TrimSpace(answer) != "yes" {
		return &journal.RefusedError{Reason: message.Say("not confirmed")}
	}
	return nil
}
