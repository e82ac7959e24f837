package settings

import (
	"slices"

	"github.com/safeport/safeport/internal/port"
)

// oddKeys are the keys of the file that no setting has and that are not among the others the service knows, each with the
// one that was likely meant, and the keys that were given twice. GPUStack takes both without a word from 2.2.0 on.
func (c *configFile) oddKeys(list []Setting, others []string) []Note {
	var notes []Note
	keys := slices.Clone(others)
	names := map[string]string{}
	for _, s := range list {
		if s.Key != "" {
			keys = append(keys, s.Key)
			names[s.Key] = s.Name
		}
	}
	told := map[string]bool{}
	for _, key := range slices.Backward(c.keys) {
		if told[key.Value] {
			continue
		}
		told[key.Value] = true
		n := Note{Setting: names[key.Value], Given: key.Value, Origin: port.Origin{Kind: "file", Where: c.where(key)}}
		switch {
		case !slices.Contains(keys, key.Value):
			n.Kind, n.Likely = UnknownKey, Near(key.Value, keys)
		case c.given[key.Value] > 1:
			n.Kind = DuplicateKey
		default:
			continue
		}
		notes = append(notes, n)
	}
	slices.Reverse(notes)
	return notes
}
