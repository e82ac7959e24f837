package cli

import (
	"fmt"
	"runtime/debug"
	"strings"
)

// Version is what the build recorded: "v1.2.0 (go1.26.8)" for a release, with the commit where there is no release.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "of an unknown build"
	}
	number := info.Main.Version
	if number == "" {
		number = "(devel)"
	}
	facts := []string{info.GoVersion}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && len(s.Value) >= 12 && !strings.Contains(number, s.Value[:12]):
			facts = append(facts, "commit "+s.Value[:12])
		case s.Key == "vcs.modified" && s.Value == "true" && !strings.Contains(number, "dirty"):
			facts = append(facts, "with local changes")
		}
	}
	return fmt.Sprintf("%s (%s)", number, strings.Join(facts, ", "))
}
