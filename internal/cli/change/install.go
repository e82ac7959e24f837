package change

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/compose"
	"github.com/safeport/safeport/internal/cli"
)

const installLong = `Check the ports, pull the image, start the service, and wait until it is healthy on its port. If
something blocks it, nothing is changed. If a later step fails, it is rolled back and the reason shown.

An installed service stays as it is: to change its settings, use "safeport upgrade". Settings are flags
of the service: safeport install gpustack --help.`

const installExample = `  safeport install gpustack
  safeport install gpustack --port 8080 --version v2.3.0
  safeport install gpustack --config-file config.yaml --dry-run
  safeport install gpustack --load gpustack.tar --pull never
  safeport install gpustack --image registry.example.com/gpustack/gpustack:v2.3.0
  safeport install compose.yaml`

func newInstall(args []string) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "install SERVICE|FILE [flags]",
		Short:   "Check, install and wait until healthy",
		Long:    installLong,
		Example: installExample,

		ValidArgsFunction:     cli.CompleteOneSubject,
		DisableFlagsInUseLine: true,
	}
	m := newMaking(cmd, args, func(words []string, known *pflag.FlagSet) cli.Subjects {
		return cli.SubjectsAmong(words, known, compose.Read)
	})
	cmd.RunE = func(cmd *cobra.Command, words []string) error {
		about, err := m.installable(words)
		if err != nil {
			return err
		}
		about.Instance, about.Again = m.name.Value, m.settings.Again(cmd, words)
		s, err := m.open(cmd, about)
		if err != nil {
			return m.failed(cmd, err)
		}
		defer s.Engine.Close()
		o, err := m.settle(cmd, s, s.Install)
		return m.finish(cmd, o, err)
	}
	return cmd
}

// installable is the service, or the Compose project, that the words name.
func (m *making) installable(words []string) (safeport.Request, error) {
	named, err := cli.SortWords(words)
	req := safeport.Request{Services: named.Services, Files: named.Files}
	m.compose.Apply(&req)
	m.compose.Here(&req)
	switch {
	case err != nil:
		return safeport.Request{}, err
	case len(named.Ports) > 0:
		return safeport.Request{}, cli.Usagef("%q is a port: install takes a service or a Compose file", named.Ports[0])
	case len(req.Services)+len(req.Files) == 0:
		return safeport.Request{}, cli.Usagef(`nothing to install: specify a service, as in "safeport install gpustack"`)
	case len(words) > 1:
		return safeport.Request{}, cli.Usagef("one service at a time: got %s and %s", words[0], words[1])
	case len(req.Services) > 0 && len(req.Files) > 0:
		return safeport.Request{}, cli.Usagef("one service at a time: got %s and %s", req.Services[0], req.Files[0])
	}
	return req, nil
}
