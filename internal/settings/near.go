package settings

import (
	"strings"

	"github.com/agext/levenshtein"
)

// Near is the known word that was most likely meant, or empty. Two letters in the wrong order are two edits, so two are
// always allowed, unless the word is so short that little would be left of it.
func Near(word string, known []string) string {
	found, least := "", max(2, len(word)/3)+1
	for _, k := range known {
		d := levenshtein.Distance(strings.ToLower(word), strings.ToLower(k), nil)
		if d < least && 2*d <= len(word) {
			found, least = k, d
		}
	}
	return found
}
