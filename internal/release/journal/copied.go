package journal

import (
	"slices"
	"strings"
	"time"
)

// CopiedSince names the backup of a release's data that was made when it had stopped for the last time; empty if there is none.
// Whatever has been written since was written by another release, or was being put back.
func (s *Store) CopiedSince(instance string, r *Release, started time.Time) (string, error) {
	list, err := s.Backups(instance)
	if err != nil {
		return "", err
	}
	for _, b := range slices.Backward(list) {
		if b.Of(r) && b.Created.After(started) && strings.HasPrefix(b.Name(), instance+"-r") {
			return b.Name(), nil
		}
	}
	return "", nil
}
