package desired

import (
	"slices"
)

// ChosenFlags are the flags of settings that were chosen anew, and are told by the environment: an argument that is
// carried over would weigh more.
func (t *Target) ChosenFlags() map[string]bool {
	flags := map[string]bool{}
	published := publishedFlags(t.Wants)
	for _, s := range t.Definition.Settings {
		kind := t.Values[s.Name].Origin.Kind
		if s.Flag != "" && s.Env != "" && (kind == "flag" || kind == "env") && !slices.Contains(published, s.Flag) {
			flags["--"+s.Flag] = s.Type == "bool"
		}
	}
	return flags
}
