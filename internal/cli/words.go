package cli

import (
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/safeport/safeport"
)

// looksLikePort tells the ports among the words from the services: a port starts with a digit or a bracket, or has an
// address in front. Whether it is a good one, the library says.
func looksLikePort(word string) bool {
	return word != "" && (strings.ContainsRune("0123456789[", rune(word[0])) || strings.Contains(word, ":"))
}

// subjects are the words of a check, parted into services, Compose files and ports, and what is said beside the files.
type subjects struct {
	services, files, ports []string
	profiles, envFiles     []string
	project                string
	variables              map[string]string
}

// request is the part of it that decides which settings there are. What comes by standard input can be read once only, and
// not yet.
func (s subjects) request() safeport.Request {
	req := safeport.Request{Services: s.services, Files: s.files, Profiles: s.profiles, EnvFiles: s.envFiles, Project: s.project, Variables: s.variables}
	if len(s.files) == 0 || slices.Contains(s.files, "-") {
		return safeport.Request{Services: s.services}
	}
	return req
}

// sortWords parts the words of a check.
func sortWords(words []string) (s subjects, err error) {
	for _, word := range words {
		switch {
		case isRemote(word):
			return s, usagef("%s is somewhere else: fetch it, and name the file", word)
		case looksLikePort(word):
			s.ports = append(s.ports, word)
		case looksLikeFile(word):
			s.files = append(s.files, word)
		case slices.Contains(safeport.Services(), word):
			s.services = append(s.services, word)
		case isThere(word):
			s.files = append(s.files, word)
		default:
			return s, notKnown(word)
		}
	}
	return s, nil
}

// looksLikeFile tells Compose files, and directories that hold one, from services: by their ending or a slash. Whether it
// is there, the library says.
func looksLikeFile(word string) bool {
	return strings.HasSuffix(word, ".yaml") || strings.HasSuffix(word, ".yml") || strings.Contains(word, "/") || word == "." || word == ".." || word == "-"
}

// isRemote tells what Compose would fetch by Git or from a registry.
func isRemote(word string) bool {
	return strings.Contains(word, "://") || strings.HasPrefix(word, "git@")
}

// isThere tells a file or directory that does not look like one: "safeport check app" in the directory above.
func isThere(word string) bool {
	_, err := os.Stat(word)
	return err == nil
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
	withValue := map[string]bool{"set": true, "config-file": true} // which come with the settings
	// What cannot be read is refused when the command runs.
	settings, _ := safeport.Settings(sure.request())
	for _, s := range settings {
		withValue[s.Flag] = s.Type != "bool"
	}
	return among(args, func(flag, next string) bool {
		return takesValue(flag, known) || lookup(flag, known) == nil && isSubject(next) && withValue[strings.TrimPrefix(flag, "--")]
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
		flag, value, joined := strings.Cut(word, "=")
		switch {
		case !strings.HasPrefix(word, "-") || word == "-":
			if found, err := sortWords([]string{word}); err == nil {
				s.services, s.files = append(s.services, found.services...), append(s.files, found.files...)
			}
		case joined:
			s.say(flag, value)
		case takes(word, next):
			i++
			s.say(word, next)
		}
	}
	return s
}

// say takes in a flag that tells where a Compose project is.
func (s *subjects) say(flag, value string) {
	if value == "" {
		return
	}
	switch flag {
	case "-f", "--file":
		s.files = append(s.files, value)
	case "--profile":
		s.profiles = append(s.profiles, value)
	case "--env-file":
		s.envFiles = append(s.envFiles, value)
	case "-p", "--project-name":
		s.project = value
	}
}

func isSubject(word string) bool {
	return looksLikeFile(word) && !looksLikePort(word) || slices.Contains(safeport.Services(), word)
}

// takesValue says whether the word is a known flag whose value is the next word.
func takesValue(word string, known *pflag.FlagSet) bool {
	f := lookup(word, known)
	return f != nil && f.NoOptDefVal == ""
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
