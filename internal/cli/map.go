package cli

import (
	"github.com/spf13/cobra"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/report"
)

const mapLong = `Draw a map of this host's ports. A strip shows all ports by purpose: privileged, registered, ephemeral
and reserved. Ports of interest are enlarged, with what uses them, what will use them once it starts,
and rules that redirect their traffic. The free ranges are listed at the end.

SERVICE, FILE and PORT are marked as required, as "safeport check" would check them. -o svg and -o html
write a self-contained picture or page.`

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
		var ports []report.Port
		for _, wanted := range r.Wanted {
			ports = append(ports, wanted.Port)
		}
		c.settings.TellAuto(cmd, req.Settings, ports)
		CopyableFindings(cmd, r.Findings, c.Format.Value)
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
