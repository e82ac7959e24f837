package message

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxText is how much of a text from the host is shown: a command line or a label may have a megabyte.
const MaxText = 400

// Clean makes a text that came from the host safe to print: control characters, which a terminal would obey, and those
// that reorder or hide text are written out, invalid UTF-8 too, and what is too long is cut.
func Clean(s string) string {
	if len(s) <= MaxText && strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) < 0 {
		return s // as nearly every text is; reports of thousands of hosts are cleaned once more
	}
	var b strings.Builder
	for i, r := range s {
		if b.Len() >= MaxText {
			b.WriteString("…")
			break
		}
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r < 0x80 && unicode.IsControl(r):
			fmt.Fprintf(&b, `\x%02x`, r)
		case !unicode.IsPrint(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Quote makes a word safe to paste into a POSIX shell.
func Quote(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-./:=@%+,", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// Operands are names of the host's as the last words of a command. Who names a unit or a container may have it begin with a
// dash: "--" then keeps the command from taking it for an option.
func Operands(names ...string) string {
	words, dash := make([]string, len(names)), ""
	for i, name := range names {
		if words[i] = Quote(name); strings.HasPrefix(name, "-") {
			dash = "-- "
		}
	}
	return dash + strings.Join(words, " ")
}
