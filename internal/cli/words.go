package cli

import (
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"safeport"
)

// looksLikePort tells the ports among the words from the services: a port starts with a digit or a bracket, or has an
// address in front. Whether it is a good one, the library says.
func looksLikePort(word string) bool {
	return word != "" && (strings.ContainsRune("0123456789[", rune(word[0])) || strings.Contains(word, ":"))
}

// subjects are the words of a check, parted into services, Compose files and ports.
type subjects struct {
	services, files, ports []string
}

// sortWords parts the words of a check.
func sortWords(words []string) (s subjects, err error) {
	for _, word := range words {
		switch {
		case looksLikePort(word):
			s.ports = append(s.ports, word)
		case looksLikeFile(word):
			s.files = append(s.files, word)
		case slices.Contains(safeport.Services(), word):
			s.services = append(s.services, word)
		default:
			return s, notKnown(word)
		}
	}
	return s, nil
}

// looksLikeFile tells Compose files, and directories that hold one, from services: by their ending or a slash. Whether it
// is there, the library says.
func looksLikeFile(word string) bool {
	return strings.HasSuffix(word, ".yaml") || strings.HasSuffix(word, ".yml") || strings.Contains(word, "/") || word == "."
}

func notKnown(word string) error {
	services := safeport.Services()
	if near := safeport.Near(word, services); near != "" {
		return usagef("%q is neither a port nor a known service: did you mean %s?", word, near)
	}
	return usagef("%q is neither a port nor a known service (known: %s)", word, strings.Join(services, ", "))
}

// subjectsAmong finds the services and files in a command line that is not parsed yet: their settings are flags, and pflag
// has to know all flags before it parses. The values of the flags that are known already are passed over, but for those
// of --file.
func subjectsAmong(args []string, known *pflag.FlagSet) subjects {
	var s subjects
	for i := 0; i < len(args); i++ {
		word := args[i]
		switch {
		case !strings.HasPrefix(word, "-"):
			if found, err := sortWords([]string{word}); err == nil {
				s.services, s.files = append(s.services, found.services...), append(s.files, found.files...)
			}
		case strings.HasPrefix(word, "--file="):
			s.files = append(s.files, strings.TrimPrefix(word, "--file="))
		case takesNextWord(word, known):
			i++
			if (word == "-f" || word == "--file") && i < len(args) {
				s.files = append(s.files, args[i])
			}
		}
	}
	return s
}

func takesNextWord(word string, known *pflag.FlagSet) bool {
	var f *pflag.Flag
	switch name, long := strings.CutPrefix(word, "--"); {
	case strings.Contains(word, "="):
		return false
	case long:
		f = known.Lookup(name)
	case len(word) == 2:
		f = known.ShorthandLookup(word[1:])
	}
	return f != nil && f.NoOptDefVal == ""
}
