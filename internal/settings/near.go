package settings

import (
	"bytes"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// Near is the known word that was most likely meant, or empty. Two letters in the wrong order are two edits, so two are
// always allowed, unless the word is so short that little would be left of it.
func Near(word string, known []string) string {
	found, least := "", max(2, len(word)/3)+1
	word = strings.ToLower(word)
	for _, k := range known {
		lower := strings.ToLower(k)
		d := levenshtein.Distance(word, lower, nil)
		if d < least && (2*d <= len(word) || sameLetters(word, lower)) {
			found, least = k, d
		}
	}
	return found
}

func sameLetters(a, b string) bool {
	x, y := []byte(a), []byte(b)
	slices.Sort(x)
	slices.Sort(y)
	return bytes.Equal(x, y)
}
