package engine

import (
	"fmt"
)

// Since says whether the engine is of a version or a later one. Of one that cannot be read nothing is assumed to be old.
func (a Answer) Since(major, minor int) bool {
	var gotMajor, gotMinor int
	if _, err := fmt.Sscanf(a.Version, "%d.%d", &gotMajor, &gotMinor); err != nil {
		return true
	}
	return gotMajor > major || gotMajor == major && gotMinor >= minor
}
