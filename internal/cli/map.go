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

func newMap(args []string) *cobra.Command {
	c := &check{
		outputFlags: newOutput(),
		configFile:  once{kind: "FILE"}, name: once{kind: "INSTANCE"}, engine: once{kind: "URL"},
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
	flags.Var(&c.engine, "engine", engineUsage)
	c.outputFlags.define(flags)
	c.format.among, flags.Lookup("output").Usage = []string{"text", "json", "svg", "html"}, "text, json, svg or html"
	c.defineVerbose(flags)
	var named subjects
	if len(args) > 0 && args[0] == cmd.Name() {
		named = subjectsAmong(args[1:], flags)
	}
	c.settings, _ = newSettings(named, flags, spoken(args))
	cmd.RunE = func(cmd *cobra.Command, words []string) error {
		req, err := c.wanted(words)
		if err != nil {
			return err
		}
		req.Language = c.language(cmd)
		if c.format.value != "json" {
			req.Language = language(cmd)
		}
		if err := readStdin(cmd, &req); err != nil {
			return err
		}
		r, err := safeport.Map(cmd.Context(), req)
		if err != nil {
			return err
		}
		switch out := cmd.OutOrStdout(); c.format.value {
		case "svg":
			return output.MapSVG(out, r, req.Language)
		case "html":
			return output.MapHTML(out, r, req.Language)
		default:
			return c.outputFlags.write(cmd, r, func(opt output.Options) error { return output.Map(out, r, opt) })
		}
	}
	return cmd
}
