package cli

import (
	"strings"
	"testing"

	"github.com/safeport/safeport/internal/message"
)

// Whoever types the name alone reads twelve lines at most, in either language.
func TestOverviewIsShort(t *testing.T) {
	for _, l := range message.Languages() {
		for _, text := range []string{overview, coreOverview} {
			if n := strings.Count(l.Translate(text), "\n"); n > 12 {
				t.Errorf("%s: %d lines, want at most 12", l, n)
			}
		}
	}
}
