// Package message holds every sentence that safeport says, in each of its languages.
//
// What is found on a host is said by sentences with named places, as in "Port {port} is already in use by {holder}" (a [Key]):
// several packages say them, and one finding may have several. What is said in one place alone, as a usage error, progress or
// help, stands there in English, as a format of package fmt (a [Phrase]). The English of both is the key to the same in other
// languages: a sentence that was changed in one language only is missed by a test.
package message

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Args are the values for a sentence's places.
type Args map[string]string

// Text is the sentence with its places filled. A place without a value stays as it is, which a test would notice.
func (l Language) Text(key Key, args Args) string {
	sentence := string(key)
	if l == Chinese {
		sentence = chinese[key]
	}
	var b strings.Builder
	for {
		before, rest, _ := strings.Cut(sentence, "{")
		name, after, found := strings.Cut(rest, "}")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		value, given := args[name]
		if !given {
			value = "{" + name + "}"
		}
		b.WriteString(gap(b.String(), value))
		b.WriteString(value)
		b.WriteString(gap(b.String(), after))
		sentence = after
	}
}

// gap is the space that typesetters put between Chinese characters and Latin letters or digits: a value may begin with
// either, so that the sentence cannot have it.
func gap(before, after string) string {
	last, _ := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeRuneInString(after)
	if unicode.Is(unicode.Han, last) && latin(first) || latin(last) && unicode.Is(unicode.Han, first) {
		return " "
	}
	return ""
}

func latin(r rune) bool { return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
