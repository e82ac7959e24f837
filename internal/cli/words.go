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

// sortWords parts the words of a check into its service and its ports.
func sortWords(words []string) (service string, ports []string, err error) {
	for _, word := range words {
		switch {
		case looksLikePort(word):
			ports = append(ports, word)
		case !slices.Contains(safeport.Services(), word):
			return "", nil, notKnown(word)
		case service != "" && service != word:
			return "", nil, usagef("%s and %s cannot be checked together: name one service", service, word)
		default:
			service = word
		}
	}
	return service, ports, nil
}

func notKnown(word string) error {
	services := safeport.Services()
	if near := safeport.Near(word, services); near != "" {
		return usagef("%q is neither a port nor a known service: did you mean %s?", word, near)
	}
	return usagef("%q is neither a port nor a known service (known: %s)", word, strings.Join(services, ", "))
}

// serviceAmong finds the service in a command line that is not parsed yet: its settings are flags, and pflag has to know
// all flags before it parses. The values of the flags that are known already are passed over.
func serviceAmong(args []string, known *pflag.FlagSet) string {
	services := safeport.Services()
	for i := 0; i < len(args); i++ {
		word := args[i]
		if !strings.HasPrefix(word, "-") {
			if slices.Contains(services, word) {
				return word
			}
			continue
		}
		if takesNextWord(word, known) {
			i++
		}
	}
	return ""
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
