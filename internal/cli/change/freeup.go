package change

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"charm.land/huh/v2"
	"github.com/spf13/cobra"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/cli"
	"github.com/safeport/safeport/internal/freeup"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/report"
)

const freeUpLong = `Free a port. safeport shows what uses it, how that was started, what depends on it, and what will be
done. After confirmation, it stops the program with whatever started it: systemd, a container engine,
supervisord, pm2, snap and others. It then waits until the port is free and stays free. If that fails,
the program is started again.

To end a process that no service manager started, you have to type its name; it gets SIGTERM, never SIGKILL.
Programs that this session, the network, name resolution or containers depend on aren't stopped.`

const freeUpExample = `  sudo safeport free-up 8080
  sudo safeport free-up 53/udp
  sudo safeport free-up 8080 --yes`

// freeUp holds the flags of the command.
type freeUp struct {
	engine cli.Once
	yes    bool
	wait   time.Duration
	port   string
}

func newFreeUp() *cobra.Command {
	f := &freeUp{engine: cli.Once{Kind: "URL"}}
	cmd := &cobra.Command{
		Use:     "free-up PORT [flags]",
		Short:   "Stop what uses a port",
		Long:    freeUpLong,
		Example: freeUpExample,

		ValidArgsFunction:     cobra.NoFileCompletions,
		DisableFlagsInUseLine: true,
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.Var(&f.engine, "engine", cli.EngineUsage)
	flags.BoolVarP(&f.yes, "yes", "y", false, "don't ask; unmanaged processes are kept")
	flags.DurationVar(&f.wait, "wait", 30*time.Second, "how long to wait until the port is free, a `DURATION` such as 90s")
	cmd.RunE = func(cmd *cobra.Command, words []string) error {
		if len(words) != 1 {
			return cli.Usagef(`specify one port, as in "safeport free-up 80"`)
		}
		f.port = words[0]
		return f.run(cmd)
	}
	return cmd
}

func (f *freeUp) who(l message.Language) freeup.Who {
	return func(ctx context.Context) (*report.WhoReport, error) {
		return safeport.Who(ctx, safeport.WhoRequest{Ports: []string{f.port}, Engine: f.engine.Value, Language: l})
	}
}

func (f *freeUp) run(cmd *cobra.Command) error {
	l, out := cli.Language(cmd), cmd.OutOrStdout()
	r, err := f.who(l)(cmd.Context())
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(r.Ports, freeup.Held) {
		fmt.Fprintln(out, l.Sprintf("Port %s is not in use.", f.port))
		return nil
	}
	opt := cli.Screen(out, l)
	opt.Tree = true
	plan := freeup.PlanOf(r)
	told := output.FreeUp{Kept: plan.Kept, Dependents: f.dependents(cmd.Context(), r)}
	for _, row := range r.Ports {
		if freeup.Held(row) {
			told.Held = append(told.Held, row)
		}
	}
	for _, s := range plan.Steps {
		told.Steps = append(told.Steps, s.Remedy)
	}
	if err := told.Write(out, opt); err != nil {
		return err
	}
	if len(plan.Kept) > 0 || len(plan.Steps) == 0 {
		return cli.ExitStatus(cli.ExitBlocked)
	}
	if err := f.agree(cmd, plan); err != nil {
		return err
	}
	undone, err := plan.Run(cmd.Context(), f.who(l), f.wait, cmd.ErrOrStderr())
	switch {
	case err == nil:
		fmt.Fprintln(out, l.Sprintf("Port %s is free.", f.port))
		return nil
	case errors.Is(err, freeup.ErrChanged):
		fmt.Fprintf(cmd.ErrOrStderr(), "safeport: %s\n", l.Sprintf("what uses port %s has changed since it was shown. Nothing has been changed", f.port))
		return cli.ExitStatus(cli.ExitBlocked)
	case errors.Is(err, freeup.ErrHeld):
		err = message.Errorf("port %s is still in use after %s", f.port, f.wait)
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "safeport: %s\n", l.Error(err))
	if undone {
		fmt.Fprintln(cmd.ErrOrStderr(), l.Sprintf("Rolled back: the stopped programs are running again."))
		return cli.ExitStatus(cli.ExitUndone)
	}
	fmt.Fprintln(cmd.ErrOrStderr(), cli.Copyable(cmd, l.Sprintf("Rollback was incomplete: see \"safeport who %s\".", f.port)))
	return cli.ExitStatus(cli.ExitStuck)
}

// agree asks whether the plan is to be carried out. A process that nothing looks after is ended only after its name was typed.
func (f *freeUp) agree(cmd *cobra.Command, plan freeup.Plan) error {
	l := cli.Language(cmd)
	person := isTerminal(cmd.InOrStdin()) && isTerminal(cmd.ErrOrStderr())
	for _, s := range plan.Processes() {
		if !person {
			return cli.Usagef("%s (PID %d) is unmanaged, so ending it requires typing its name at a terminal. Nothing has been changed", s.Name, s.Process)
		}
		typed := ""
		err := ask(cmd, huh.NewInput().Title(l.Sprintf("End %s (PID %d) with SIGTERM? Type its name:", s.Name, s.Process)).Value(&typed))
		if err != nil && !errors.Is(err, errGivenUp) {
			return err
		}
		if strings.TrimSpace(typed) != s.Name {
			return f.unchanged(cmd)
		}
	}
	if f.yes || len(plan.Processes()) == len(plan.Steps) {
		return nil
	}
	if !person {
		return cli.Usagef("no terminal to ask: confirm with --yes")
	}
	agreed := false
	err := ask(cmd, huh.NewConfirm().Title(l.Sprintf("Continue?")).Affirmative(l.Sprintf("yes")).Negative(l.Sprintf("no")).Value(&agreed))
	if err != nil && !errors.Is(err, errGivenUp) {
		return err
	}
	if !agreed {
		return f.unchanged(cmd)
	}
	return nil
}

func (f *freeUp) unchanged(cmd *cobra.Command) error {
	fmt.Fprintln(cmd.ErrOrStderr(), cli.Language(cmd).Sprintf("Nothing has been changed."))
	return cli.ExitStatus(cli.ExitBlocked)
}

// dependents are what else the holders of a port have: other ports, and connections.
func (f *freeUp) dependents(ctx context.Context, r *report.WhoReport) []report.ListedPort {
	list, err := safeport.List(ctx, safeport.ListRequest{Engine: f.engine.Value, Connections: true})
	if err != nil {
		return nil
	}
	var found []report.ListedPort
	for _, p := range list.Ports {
		of := slices.ContainsFunc(r.Ports, func(row report.Port) bool {
			return slices.ContainsFunc(row.Holders, func(h report.Holder) bool { return sameHolder(h, p.Holder) })
		})
		if of {
			found = append(found, p)
		}
	}
	return found
}

// sameHolder says whether whoever stops one of two stops the other.
func sameHolder(a, b report.Holder) bool {
	switch {
	case a.Container != nil && b.Container != nil:
		return a.Container.ID == b.Container.ID
	case a.Unit != "" && a.Unit == b.Unit:
		return true
	}
	return a.PID != 0 && a.PID == b.PID
}
