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
// has to know all flags before it parses. Values of flags are passed over, but for those of --file.
//
// A flag that is not known is taken for a setting's, and only what the rest of the line names tells whether it has a value.
// So the line is read twice where a word after such a flag looks like a subject, as in "gpustack --ssl-certfile /etc/a.crt".
func subjectsAmong(args []string, known *pflag.FlagSet) subjects {
	doubtful := false
	sure := among(args, func(flag, next string) bool {
		f := lookup(flag, known)
		if f != nil || strings.Contains(flag, "=") {
			return f != nil && f.NoOptDefVal == ""
		}
		doubtful = doubtful || isSubject(next)
		return isSubject(next)
	})
	if !doubtful {
		return sure
	}
	withValue := map[string]bool{}
	// What cannot be read is refused when the command runs.
	settings, _ := safeport.Settings(safeport.Request{Services: sure.services, Files: sure.files})
	for _, s := range settings {
		withValue[s.Flag] = s.Type != "bool"
	}
	return among(args, func(flag, next string) bool {
		f := lookup(flag, known)
		return f != nil && f.NoOptDefVal == "" || f == nil && isSubject(next) && withValue[strings.TrimPrefix(flag, "--")]
	})
}

// among finds the subjects in a line, given whether a flag takes the next word for its value.
func among(args []string, takes func(flag, next string) bool) subjects {
	var s subjects
	for i := 0; i < len(args); i++ {
		word, next := args[i], ""
		if i+1 < len(args) {
			next = args[i+1]
		}
		switch {
		case !strings.HasPrefix(word, "-"):
			if found, err := sortWords([]string{word}); err == nil {
				s.services, s.files = append(s.services, found.services...), append(s.files, found.files...)
			}
		case strings.HasPrefix(word, "--file="):
			s.files = append(s.files, strings.TrimPrefix(word, "--file="))
		case takes(word, next):
			i++
			if (word == "-f" || word == "--file") && next != "" {
				s.files = append(s.files, next)
			}
		}
	}
	return s
}

func isSubject(word string) bool {
	return looksLikeFile(word) && !looksLikePort(word) || slices.Contains(safeport.Services(), word)
}

// lookup is the flag that a word names, or nil; one that has its value in the same word needs none.
func lookup(word string, known *pflag.FlagSet) *pflag.Flag {
	switch name, long := strings.CutPrefix(word, "--"); {
	case strings.Contains(word, "="):
		return nil
	case long:
		return known.Lookup(name)
	case len(word) == 2:
		return known.ShorthandLookup(word[1:])
	}
	return nil
}
