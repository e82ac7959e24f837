// Package message holds every sentence that safeport says about a host, in one catalogue a language. A sentence has named
// places, as in "port {port} is taken by {holder}".
package message

import (
	"strings"
)

// Args are the values for a sentence's places.
type Args map[string]string

// Text is the sentence with its places filled. A place without a value stays as it is, which a test would notice.
func Text(key Key, args Args) string {
	sentence := english[key]
	pairs := make([]string, 0, 2*len(args))
	for name, value := range args {
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(sentence)
}
