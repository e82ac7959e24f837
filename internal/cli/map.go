package cli

import (
	"github.com/spf13/cobra"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/output"
)

const mapLong = `Draw the ports of this host: a strip of all of them by what they are for (privileged, registered,
ephemeral, reserved), the interesting ones one by one, and who holds them, will take them when it
starts, or sends their packets elsewhere. Where there is room is told at the end.

A SERVICE, FILE or PORT is marked as wanted, as "safeport check" would judge it. -o svg and -o html
write a picture and a page that need nothing else.`

const mapExample = `  safeport map
  safeport map gpustack
  safeport map 8080 53/udp
  sudo safeport map -o html > ports.html
  safeport map gpustack --set network=host -o svg > ports.svg`

func (p Program) newMap(args []string) *cobra.Command {
	c := &check{
		OutputFlags: NewOutput(),
		configFile:  Once{Kind: "FILE"}, name: Once{Kind: "INSTANCE"}, engine: Once{Kind: "URL"}, reader: p.Compose,
	}
	cmd := &cobra.Command{
		Use:     "map [SERVICE…|FILE…] [PORT…] [flags]",
		Short:   "A picture of the host's ports",
		Long:    mapLong,
		Example: mapExample,

		ValidArgsFunction:     completeSubjects,
		DisableFlagsInUseLine: true,
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringArrayVar(&c.publish, "publish", nil, "a port that the engine publishes, a `SPEC` as docker run -p takes it; may be repeated")
	flags.Var(&c.configFile, "config-file", "the service's own configuration file")
	flags.Var(&c.name, "name", "which installation of the service is meant")
	flags.Var(&c.engine, "engine", EngineUsage)
	c.OutputFlags.Define(flags)
	c.Format.Among, flags.Lookup("output").Usage = []string{"text", "json", "svg", "html"}, "text, json, svg or html"
	c.defineVerbose(flags)
	var named Subjects
	if len(args) > 0 && args[0] == cmd.Name() {
		named = SubjectsAmong(args[1:], flags, p.Compose)
	}
	c.settings, _ = NewSettings(named, flags, Spoken(args))
	cmd.RunE = func(cmd *cobra.Command, words []string) error {
		req, err := c.wanted(words)
		if err != nil {
			return err
		}
		req.Language = c.Language(cmd)
		if c.Format.Value != "json" {
			req.Language = Language(cmd)
		}
		if err := readStdin(cmd, &req); err != nil {
			return err
		}
		r, err := safeport.Map(cmd.Context(), req)
		if err != nil {
			return err
		}
		switch out := cmd.OutOrStdout(); c.Format.Value {
		case "svg":
			return output.MapSVG(out, r, req.Language)
		case "html":
			return output.MapHTML(out, r, req.Language)
		default:
			return c.OutputFlags.Write(cmd, r, func(opt output.Options) error { return output.Map(out, r, opt) })
		}
	}
	return cmd
}
