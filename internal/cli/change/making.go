package change

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/cli"
	"github.com/safeport/safeport/internal/release"
	"github.com/safeport/safeport/internal/release/engine"
)

// making holds the words of the commands that make a release.
type making struct {
	*changing
	version    cli.Once
	images     images
	env        cli.Pairs
	configFile cli.Once
	pull       cli.Once
	load       cli.Once
	settings   *cli.Settings
}

// newMaking defines the flags, those of the service's settings too: named finds the service among words that are not
// parsed yet.
func newMaking(cmd *cobra.Command, args []string, named func([]string, *pflag.FlagSet) cli.Subjects) *making {
	m := &making{
		changing: newChanging(), version: cli.Once{Kind: "TAG"}, env: cli.Pairs{Values: map[string]string{}},
		configFile: cli.Once{Kind: "FILE"}, load: cli.Once{Kind: "FILE"},
		pull: cli.Once{Value: string(engine.PullMissing), Kind: "WHEN", Among: []string{"always", "missing", "never"}},
	}
	m.define(cmd.Flags())
	var about cli.Subjects
	if len(args) > 0 && args[0] == cmd.Name() {
		about = named(args[1:], cmd.Flags())
	}
	// A service or a file that cannot be read is refused when the command runs, after the flags have been judged.
	m.settings, _ = cli.NewSettings(about, cmd.Flags(), cli.Spoken(args))
	return m
}

func (m *making) define(flags *pflag.FlagSet) {
	flags.SortFlags = false
	flags.Var(&m.version, "version", "version to run (image tag)")
	flags.Var(&m.images, "image", "image to run instead, from a mirror or this host; for one of several services: SERVICE=IMAGE")
	flags.Var(&m.configFile, "config-file", "configuration file of the service, mounted into the container")
	flags.Var(&m.env, "env", "environment variable for the container; repeatable")
	flags.Var(&m.pull, "pull", "when to pull the image: always, missing or never")
	flags.Var(&m.load, "load", "image archive to load first, as written by docker save")
	m.changing.define(flags)
}

// open makes a session for what the command line says.
func (m *making) open(cmd *cobra.Command, about safeport.Request) (*release.Session, error) {
	chosen, err := m.settings.Chosen()
	if err != nil {
		return nil, err
	}
	if m.version.Given {
		if len(m.images) > 0 {
			return nil, cli.Usagef("--version and --image can't be combined")
		}
		chosen["version"] = m.version.Value
	}
	about.Settings = chosen
	// Kept in the journal, they must be found from another directory too.
	if about.ConfigFile, err = absolute(m.configFile.Value); err != nil {
		return nil, err
	}
	if err := fromFile(about); err != nil {
		return nil, err
	}
	for _, list := range [][]string{about.Files, about.EnvFiles} {
		for i := range list {
			if list[i], err = absolute(list[i]); err != nil {
				return nil, err
			}
		}
	}
	s, err := m.changing.open(cmd, about)
	if err != nil {
		return nil, err
	}
	s.Images, s.Env, s.Policy, s.Load = m.images, m.env.Values, engine.PullPolicy(m.pull.Value), m.load.Value
	return s, nil
}

func absolute(path string) (string, error) {
	if path == "" || strings.Contains(path, "://") {
		return path, nil
	}
	return filepath.Abs(path)
}
