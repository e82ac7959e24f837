package change

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/cli"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/internal/release"
	"github.com/safeport/safeport/internal/release/journal"
)

const statusLong = `Show installed services: version, revision, health, and interrupted runs. Nothing is changed.
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
	if len(words) > 0 || c.name.Given || c.compose.Given() {
		one, err := c.about(words)
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
	if about == nil {
		if about, err = release.Installed(cmd.Context(), s.Engine, s.Store); err != nil {
			return c.failed(cmd, &journal.NotBegunError{Err: err})
		}
	}
	all := release.Status{Schema: release.StatusSchema, Instances: []release.InstanceStatus{}}
	well := true
	for _, q := range about {
		s.Question, s.Question.Language = q, c.Language(cmd)
		st, err := s.Status(cmd.Context())
		if err != nil {
			return c.failed(cmd, err)
		}
		well = well && st.Healthy && st.Pending == nil
		all.Instances = append(all.Instances, st)
	}
	err = c.Write(cmd, all, func(output.Options) error {
		_, err := cmd.OutOrStdout().Write([]byte(statusText(all, cli.Language(cmd))))
		return err
	})
	if err == nil && !well {
		err = cli.ExitStatus(cli.ExitBlocked)
	}
	return err
}

// takeover is the command that makes an installation of somebody else's one of safeport's.
func takeover(st release.InstanceStatus) string {
	line := "safeport upgrade " + message.Quote(st.Service)
	if st.Instance != st.Service {
		line += " --name " + message.Quote(st.Instance)
	}
	return line + " --version TAG"
}

func statusText(all release.Status, l message.Language) string {
	if len(all.Instances) == 0 {
		return l.Sprintf("No services found.") + "\n"
	}
	var b strings.Builder
	for _, st := range all.Instances {
		fmt.Fprintln(&b, howItDoes(st, l))
		line := func(label, text string) {
			if text != "" {
				b.WriteString(labelled(label, text, 9))
			}
		}
		line("URL", st.URL)
		line(l.Sprintf("image"), message.Clean(st.Image))
		if st.Release == nil && len(st.Containers) > 0 {
			line("", l.Sprintf("not managed by safeport; to manage it: %s", takeover(st)))
		}
		for _, r := range st.Releases {
			line(l.Sprintf("revision"), strings.TrimSpace(l.Sprintf("%d %s, %s", r.Number, r.Version, releaseState(r.State, l))))
		}
		for _, b := range st.Backups {
			line(l.Sprintf("backup"), backupText(b, l))
		}
		if st.Pending != nil {
			line(l.Sprintf("unfinished"), *st.Pending)
		}
		for _, left := range st.Leftovers {
			line(l.Sprintf("leftover"), leftoverText(left, l))
		}
	}
	return b.String()
}

// leftoverText tells of what a run that was broken off has left, and what removes it.
func leftoverText(left release.Leftover, l message.Language) string {
	name := message.Quote(left.Name)
	switch left.Kind {
	case "container":
		return l.Sprintf("container %s of an interrupted run (the next change removes it)", name)
	case "network":
		return l.Sprintf("network %s of an interrupted run (uninstall removes it)", name)
	case "backup":
		return l.Sprintf("backup %s, incomplete (uninstall removes it)", name)
	}
	return l.Sprintf("journal %s, damaged (uninstall removes it)", name)
}

func howItDoes(st release.InstanceStatus, l message.Language) string {
	switch {
	case len(st.Containers) == 0 && st.Why == "":
		return l.Sprintf("%s is not installed", st.Instance)
	case !st.Healthy:
		return l.Sprintf("%s is not healthy: %s", st.Instance, message.Clean(st.Why))
	case st.URL == "":
		return l.Sprintf("%s is running", st.Instance)
	}
	return l.Sprintf("%s is healthy", st.Instance)
}

// releaseState puts what the status calls a release's state into words.
func releaseState(state string, l message.Language) string {
	switch state {
	case "serves":
		return l.Sprintf("running")
	case "pending":
		return l.Sprintf("unfinished")
	}
	return l.Sprintf("kept for rollback")
}
