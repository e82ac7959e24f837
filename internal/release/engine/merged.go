package engine

import (
	"maps"
)

// Merged is both maps in one; where both have a key the second one counts.
func Merged(a, b map[string]string) map[string]string {
	m := maps.Clone(a)
	if m == nil {
		m = map[string]string{}
	}
	maps.Copy(m, b)
	return m
}
