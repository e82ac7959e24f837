package cli

import (
	"errors"
	"os"
	"runtime/debug"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/report"
)

const checkLong = `Check whether the ports of a service or program are available on this host. Nothing is changed.

A PORT is bound by the program itself: 80, 443/tcp, 53/udp, 127.0.0.1:9000, [::1]:9000, 40000-40063.
--publish takes what "docker run -p" takes: the container engine binds the port.
A FILE is a Compose file or a directory with one; several form one project, as with "docker compose -f".
Services, files and ports given together are checked together. Without any of them, the Compose project
of this directory is checked, found as docker compose finds it.
Settings are flags of the service: safeport check gpustack --help.`

const checkExample = `  safeport check
  safeport check gpustack
  safeport check gpustack --port 8080
  safeport check gpustack --config-file config.yaml --strict
  safeport check gpustack gpustack-worker --set network=host
  safeport check compose.yaml --profile gpu
  safeport check 8080 53/udp 127.0.0.1:9000
  safeport check 80 --as www-data
  safeport check 5353/udp --reuse-port
  safeport check --publish 8080:80 --publish 127.0.0.1:9000:9000
  safeport check gpustack --ignore port-in-use:80 -o json
  safeport check gpustack -o nagios`

// check holds the words of one check.
type check struct {
	*OutputFlags
	publish    []string
	compose    ComposeFlags
	configFile Once
	name       Once
	engine     Once
	as         Once
	ignore     List
	spares     int
	reusePort  bool
	strict     bool
	noHost     bool
	quiet      bool
	settings   *Settings
	reader     safeport.ComposeReader
}

func (p Program) newCheck(args []string) *cobra.Command {
	c := &check{
		OutputFlags: NewOutput(),
		configFile:  Once{Kind: "FILE"}, name: Once{Kind: "INSTANCE"}, engine: Once{Kind: "URL"},
		as: Once{Kind: "USER|UNIT"}, reader: p.Compose,
	}
	cmd := &cobra.Command{
		Use:     "check [SERVICE…|FILE…] [PORT…] [flags]",
		Short:   "Check whether ports are available",
		Long:    checkLong,
		Example: checkExample,
		RunE:    c.run,

		ValidArgsFunction:     completeSubjects,
		DisableFlagsInUseLine: true,
	}
	c.define(cmd.Flags())
	var named Subjects
	if len(args) > 0 && args[0] == cmd.Name() {
		named = SubjectsAmong(args[1:], cmd.Flags(), p.Compose)
		if p.Compose != nil && len(named.Services)+len(named.Files) == 0 && !slices.ContainsFunc(args[1:], looksLikePort) {
			if dir, _ := nearbyProject(); dir != "" {
				named.Files = []string{dir} // whose variables are settings
			}
		}
	}
	// A service or a file that cannot be read is refused when the command runs, after the flags have been judged.
	c.settings, _ = NewSettings(named, cmd.Flags(), Spoken(args))
	return cmd
}

func (c *check) define(flags *pflag.FlagSet) {
	flags.SortFlags = false
	flags.StringArrayVar(&c.publish, "publish", nil, "port published by the engine, a `SPEC` as for docker run -p; repeatable")
	c.compose.Define(flags)
	flags.Var(&c.configFile, "config-file", "configuration file of the service")
	flags.Var(&c.name, "name", "which installation of the service")
	flags.Var(&c.as, "as", "user (www-data) or unit (nginx.service) that binds the ports")
	flags.BoolVar(&c.reusePort, "reuse-port", false, "the program sets SO_REUSEPORT: it may share PORT with others that do")
	flags.Var(&c.engine, "engine", EngineUsage)
	flags.Var(&c.ignore, "ignore", "downgrade errors with this code to warnings; repeatable")
	flags.IntVar(&c.spares, "spares", 0, "also try `COUNT` alternatives for each port and list free ones in JSON, for \"safeport report --suggest\"")
	flags.BoolVar(&c.strict, "strict", false, "treat warnings as errors")
	flags.BoolVar(&c.noHost, "no-host", false, "don't inspect this host: only find ports that are used twice")
	flags.BoolVar(&c.quiet, "quiet", false, "print only failures")
	c.OutputFlags.Define(flags)
	c.Format.Among, flags.Lookup("output").Usage = checkFormats(), checkOutput
	c.defineVerbose(flags)
}

func (c *check) run(cmd *cobra.Command, words []string) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400) // on a large host too a check is over before it would pay to collect what it leaves
	}
	r, err := c.ask(cmd, words)
	if network, ok := errors.AsType[*facts.NetworkError](err); ok {
		return askIn(network, cmd)
	}
	if err != nil {
		return c.unanswered(cmd, err)
	}
	if c.noHost {
		return c.withoutHost(cmd, r)
	}
	status := c.status(r)
	if c.quiet && status == nil && c.Format.Value == "text" {
		return nil
	}
	if err := c.write(cmd, r); err != nil {
		return err
	}
	return status
}

func (c *check) ask(cmd *cobra.Command, words []string) (*report.Report, error) {
	req, err := c.request(words)
	if err != nil {
		return nil, err
	}
	req.Language = c.Language(cmd)
	if err := readStdin(cmd, &req); err != nil {
		return nil, err
	}
	r, err := safeport.Check(cmd.Context(), req)
	if err == nil {
		CopyableFindings(cmd, r.Findings, c.Format.Value)
		if !c.quiet {
			c.settings.TellAuto(cmd, req.Settings, r.Ports)
		}
	}
	return r, err
}

func (c *check) request(words []string) (safeport.Request, error) {
	req, err := c.wanted(words)
	if err != nil {
		return safeport.Request{}, err
	}
	if c.quiet && c.verbose {
		return safeport.Request{}, Usagef("--quiet and --verbose can't be combined")
	}
	c.compose.Here(&req)
	if len(req.Services)+len(req.Files)+len(req.Ports)+len(req.Publish) == 0 {
		dir, file := nearbyProject()
		switch {
		case dir == "" && c.reader == nil:
			return safeport.Request{}, Usagef(`nothing to check: specify a service or ports, as in "safeport check gpustack" or "safeport check 8080"`)
		case dir == "":
			return safeport.Request{}, Usagef(`nothing to check: there is no Compose file here. Specify a service, a file or ports, as in "safeport check gpustack" or "safeport check 8080"`)
		case c.reader == nil:
			return safeport.Request{}, Usagef(`%s: this program does not read Compose files (the full safeport does): specify a service or ports, as in "safeport check gpustack"`, file)
		}
		req.Files = []string{dir}
	}
	if c.spares < 0 || c.spares > 4096 {
		return safeport.Request{}, Usagef("--spares %d: the count must be 0 to 4096", c.spares)
	}
	req.Ignore, req.Strict, req.Spares, req.NoHost = c.ignore.Values, c.strict, c.spares, c.noHost
	return req, nil
}

// wanted is the part of the question that says what is wanted.
func (c *check) wanted(words []string) (safeport.Request, error) {
	named, err := SortWords(words)
	if err != nil {
		return safeport.Request{}, err
	}
	chosen, err := c.settings.Chosen()
	if err != nil {
		return safeport.Request{}, err
	}
	req := safeport.Request{
		Services: named.Services, Files: named.Files, Compose: c.reader, Instance: c.name.Value, Settings: chosen, ConfigFile: c.configFile.Value,
		Ports: named.Ports, As: c.as.Value, ReusePort: c.reusePort, Publish: c.publish, Engine: c.engine.Value,
	}
	c.compose.Apply(&req)
	return req, nil
}
