package change

import (
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/cli"
	"github.com/safeport/safeport/internal/release"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// changing holds the words that all commands have which change an instance.
type changing struct {
	*cli.OutputFlags
	compose  cli.ComposeFlags
	name     cli.Once
	engine   cli.Once
	stateDir cli.Once
	ignore   cli.List
	strict   bool
	dryRun   bool
	quiet    bool
	yes      bool
	verbose  bool
	wait     time.Duration
	log      *runLog // nil until the state directory is known
}

const stateDirUsage = "state directory (default /var/lib/safeport, or $XDG_STATE_HOME/safeport)"

func newChanging() *changing {
	return &changing{
		OutputFlags: cli.NewOutput(), name: cli.Once{Kind: "INSTANCE"}, engine: cli.Once{Kind: "URL"}, stateDir: cli.Once{Kind: "DIR"},
	}
}

func (c *changing) define(flags *pflag.FlagSet) {
	flags.SortFlags = false
	c.compose.Define(flags)
	flags.Var(&c.name, "name", "name of the installation (default: the service name)")
	flags.BoolVar(&c.dryRun, "dry-run", false, "show the steps without running them")
	flags.DurationVar(&c.wait, "wait", 0, "how long to wait until healthy, a `DURATION` such as 90s or 10m (default: set by the service)")
	flags.Var(&c.ignore, "ignore", "downgrade errors with this code to warnings; repeatable")
	flags.BoolVar(&c.strict, "strict", false, "treat warnings as errors")
	flags.BoolVar(&c.yes, "yes", false, "answer yes to all questions")
	flags.BoolVar(&c.quiet, "quiet", false, "hide progress")
	flags.BoolVar(&c.verbose, "verbose", false, "show every step")
	flags.Var(&c.engine, "engine", "container engine endpoint (default: same as docker)")
	flags.Var(&c.stateDir, "state-dir", stateDirUsage)
	c.OutputFlags.Define(flags)
}

// defineFinding is for commands that look at an instance and do not change it.
func (c *changing) defineFinding(flags *pflag.FlagSet) {
	flags.SortFlags = false
	c.compose.Define(flags)
	flags.Var(&c.name, "name", "which installation of the service")
	flags.Var(&c.engine, "engine", "container engine endpoint (default: same as docker)")
	flags.Var(&c.stateDir, "state-dir", stateDirUsage)
}

// onInstalled does something about the instance that a word names.
func (c *changing) onInstalled(cmd *cobra.Command, words []string, do func(*release.Session) error) error {
	about, err := c.about(cmd.Context(), words)
	if err != nil {
		return err
	}
	s, err := c.open(cmd, about)
	if err != nil {
		return c.failed(cmd, err)
	}
	defer s.Engine.Close()
	return do(s)
}

// open connects to the engine and makes a session. The terminal may go away from now on: a change that was begun comes to
// its end all the same.
func (c *changing) open(cmd *cobra.Command, about safeport.Request) (*release.Session, error) {
	if c.engine.Value == safeport.NoEngine {
		return nil, cli.Usagef("--engine none: changing containers requires an engine")
	}
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP) // unlike Ignore it is not inherited by programs that are started

	e, err := engine.Connect(cmd.Context(), c.engine.Value, os.LookupEnv)
	if err != nil {
		return nil, &journal.NotBegunError{Err: err}
	}
	about.Ignore, about.Strict, about.Language = c.ignore.Values, c.strict, c.Language(cmd)
	s := &release.Session{Question: about, Wait: c.wait, DryRun: c.dryRun}
	s.Engine, s.Store, s.Policy = e, journal.OpenStore(c.store()), engine.PullMissing
	s.Where = c.where()
	c.log = &runLog{name: cmd.Name()}
	if !c.dryRun {
		c.log.store = s.Store
	}
	shown := newProgress(cmd, c.log, c.quiet, c.verbose)
	s.Say, s.Progress = shown.say, shown.told()
	return s, nil
}

// where are the options that say where things are, as they were given.
func (c *changing) where() (options []string) {
	if c.engine.Value != "" {
		options = append(options, "--engine", c.engine.Value)
	}
	if c.stateDir.Value != "" {
		options = append(options, "--state-dir", c.stateDir.Value)
	}
	return options
}

func (c *changing) store() string {
	if c.stateDir.Value != "" {
		return c.stateDir.Value
	}
	return journal.StateDir(os.LookupEnv)
}

// finish prints what a command came to, or why it came to nothing.
func (c *changing) finish(cmd *cobra.Command, o *release.Outcome, err error) error {
	if err != nil {
		return c.failed(cmd, err)
	}
	return c.writeOutcome(cmd, o)
}
