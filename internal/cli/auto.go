package cli

import (
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/safeport/safeport/report"
)

// auto, as the value of a port's setting, leaves the choice to safeport.
const auto = "auto"

// Auto says whether some port was left to safeport to choose.
func (s *Settings) Auto(chosen map[string]string) bool {
	return slices.Contains(slices.Collect(maps.Values(chosen)), auto)
}

// TellAuto says which ports were chosen, and returns them by setting.
func (s *Settings) TellAuto(cmd *cobra.Command, chosen map[string]string, ports []report.Port) map[string]string {
	found := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(chosen)) {
		if chosen[name] != auto {
			continue
		}
		option := "--set " + name
		for _, setting := range s.list {
			if setting.Name == name && setting.Flag != "" {
				option = "--" + setting.Flag
			}
		}
		for _, p := range ports {
			several := p.Origin.Where == "--set "+p.Service+"."+name
			if p.Origin.Where != option && !several {
				continue
			}
			found[name] = p.Ports
			about := option + " auto"
			if several {
				about += " (" + p.Service + ")"
			}
			fmt.Fprintln(cmd.ErrOrStderr(), Language(cmd).Sprintf("%s: using port %s", about, p.Ports))
		}
	}
	return found
}
