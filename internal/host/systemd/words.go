package systemd

import (
	"strings"
)

// words splits a line as systemd does: at spaces, with quotes that keep them and a backslash that keeps the next
// character. What systemd would refuse, such as a quote that stays open, is taken as it stands.
func words(line string) []string {
	var list []string
	var word strings.Builder
	var quote rune
	var inWord, escaped bool
	for _, r := range line {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			escaped, inWord = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote, inWord = r, true
		case quote == 0 && (r == ' ' || r == '\t'):
			if inWord {
				list = append(list, word.String())
			}
			word.Reset()
			inWord = false
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	if inWord {
		list = append(list, word.String())
	}
	return list
}
