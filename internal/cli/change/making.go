package change

import (
	"maps"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/compose"
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

	asked       map[string]string                 // the settings that were given: "auto" for a port that is left to safeport
	chooseAgain func() (map[string]string, error) // the same with ports in their place; nil: none is left to safeport
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
	if m.settings.Auto(chosen) {
		m.asked = chosen
		m.chooseAgain = func() (map[string]string, error) { return m.choosePorts(cmd, about, m.asked) }
		if chosen, err = m.chooseAgain(); err != nil {
			return nil, err
		}
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

// choosePorts puts numbers in the place of ports that were left to safeport, before anything is changed.
func (m *making) choosePorts(cmd *cobra.Command, about safeport.Request, chosen map[string]string) (map[string]string, error) {
	about.Settings, about.Engine, about.ConfigFile, about.Compose = maps.Clone(chosen), m.engine.Value, m.configFile.Value, compose.Read
	delete(about.Settings, "version") // of the image, which no port depends on
	about.Language = m.Language(cmd)
	r, err := safeport.Check(cmd.Context(), about)
	if err != nil {
		return nil, err
	}
	found := m.settings.TellAuto(cmd, chosen, r.Ports)
	chosen = maps.Clone(chosen)
	for name, value := range chosen {
		if value != "auto" {
			continue
		}
		if delete(chosen, name); found[name] != "" { // otherwise what it is by default, which the change then finds in use
			chosen[name] = found[name]
		}
	}
	return chosen, nil
}
