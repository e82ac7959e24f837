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
		Short:   "Map of this host's ports",
		Long:    mapLong,
		Example: mapExample,

		ValidArgsFunction:     completeSubjects,
		DisableFlagsInUseLine: true,
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringArrayVar(&c.publish, "publish", nil, "port published by the engine, a `SPEC` as for docker run -p; repeatable")
	flags.Var(&c.configFile, "config-file", "configuration file of the service")
	flags.Var(&c.name, "name", "which installation of the service")
	flags.Var(&c.engine, "engine", EngineUsage)
	c.OutputFlags.Define(flags)
	c.Format.Among, flags.Lookup("output").Usage = []string{"text", "json", "svg", "html"}, "output format: text, json, svg or html"
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
