package change

import (
	"errors"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/cli"
	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/internal/release"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/report"
)

const statusLong = `Show installed services: version, port, revision, health, and interrupted runs. Nothing is changed.
Installations that were not made by safeport are shown, too.
The exit status is 1 when a service isn't healthy or a run was interrupted.`

func newStatus() *cobra.Command {
	c := newChanging()
	cmd := &cobra.Command{
		Use:     "status [INSTANCE] [flags]",
		Short:   "Show what is installed and whether it is healthy",
		Long:    statusLong,
		Example: "  safeport status\n  safeport status gpustack -o json",

		ValidArgsFunction:     completeInstance,
		DisableFlagsInUseLine: true,
	}
	cmd.RunE = func(cmd *cobra.Command, words []string) error { return c.status(cmd, words) }
	c.defineFinding(cmd.Flags())
	c.OutputFlags.Define(cmd.Flags())
	return cmd
}

func (c *changing) status(cmd *cobra.Command, words []string) error {
	var about []safeport.Request
	var service string // of which all are shown
	if len(words) == 1 && !c.name.Given && slices.Contains(safeport.Services(), words[0]) {
		service = words[0]
	}
	if len(words) > 0 || c.name.Given || c.compose.Given() {
		one, err := c.about(cmd.Context(), words)
		if err != nil {
			return err
		}
		about = append(about, one)
	}
	s, err := c.open(cmd, safeport.Request{})
	if err != nil {
		return c.failed(cmd, err)
	}
	defer s.Engine.Close()
	all := about == nil
	if all || service != "" {
		found, err := release.Installed(cmd.Context(), s.Engine, s.Store)
		if err != nil {
			return c.failed(cmd, &journal.NotBegunError{Err: err})
		}
		if service != "" {
			found = slices.DeleteFunc(found, func(q safeport.Request) bool { return !slices.Equal(q.Services, []string{service}) })
		}
		if service == "" || len(found) > 1 {
			about = found
		}
	}
	list := release.Status{Schema: release.StatusSchema, Instances: []release.InstanceStatus{}}
	well := true
	for _, q := range about {
		s.Question, s.Question.Language = q, c.Language(cmd)
		st, err := s.Status(cmd.Context())
		var undefined *safeport.UsageError
		if errors.As(err, &undefined) && all { // the others are shown all the same
			if _, damaged := s.Store.Load(q.Instance); damaged != nil {
				err = damaged
			}
			text := c.Language(cmd).Error(err)
			st, err = release.InstanceStatus{Instance: q.Instance, Ports: []report.Port{}, Containers: []release.ContainerStatus{},
				Releases: []release.ReleaseStatus{}, Pending: &text}, nil
		}
		if err != nil {
			return c.failed(cmd, err)
		}
		well = well && st.Healthy && st.Pending == nil
		list.Instances = append(list.Instances, st)
	}
	err = c.Write(cmd, list, func(output.Options) error {
		_, err := io.WriteString(cmd.OutOrStdout(), cli.Copyable(cmd, statusText(list, c.where(), cli.Language(cmd), cli.Screen(cmd.OutOrStdout(), cli.Language(cmd)))))
		return err
	})
	if err == nil && !well {
		err = cli.ExitStatus(cli.ExitBlocked)
	}
	return err
}
