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

// Subjects are the words of a check, parted into services, Compose files and ports, and what is said beside the files.
type Subjects struct {
	Services, Files, Ports []string
	Profiles, EnvFiles     []string
	Project                string
	Variables              map[string]string
	Compose                safeport.ComposeReader // of the files; nil where there is none
}

// request is the part of it that decides which settings there are. What comes by standard input can be read once only, and
// not yet.
func (s Subjects) request() safeport.Request {
	req := safeport.Request{Services: s.Services, Files: s.Files, Compose: s.Compose, Profiles: s.Profiles, EnvFiles: s.EnvFiles, Project: s.Project, Variables: s.Variables}
	if len(s.Files) == 0 || slices.Contains(s.Files, "-") {
		return safeport.Request{Services: s.Services}
	}
	return req
}

// SortWords parts the words of a check.
func SortWords(words []string) (s Subjects, err error) {
	for _, word := range words {
		switch {
		case IsRemote(word):
			return s, Usagef("%s is remote: download it and specify the file", word)
		case looksLikePort(word):
			s.Ports = append(s.Ports, word)
		case LooksLikeFile(word):
			s.Files = append(s.Files, word)
		case slices.Contains(safeport.Services(), word):
			s.Services = append(s.Services, word)
		case IsThere(word):
			s.Files = append(s.Files, word)
		default:
			return s, notKnown(word)
		}
	}
	return s, nil
}

// LooksLikeFile tells Compose files, and directories that hold one, from services: by their ending or a slash. Whether it
// is there, the library says.
func LooksLikeFile(word string) bool {
	return strings.HasSuffix(word, ".yaml") || strings.HasSuffix(word, ".yml") || strings.Contains(word, "/") || word == "." || word == ".." || word == "-"
}

// IsRemote tells what Compose would fetch by Git or from a registry.
func IsRemote(word string) bool {
	return strings.Contains(word, "://") || strings.HasPrefix(word, "git@")
}

// IsThere tells a file or directory that does not look like one: "safeport check app" in the directory above.
func IsThere(word string) bool {
	_, err := os.Stat(word)
	return err == nil
}

func notKnown(word string) error {
	services := safeport.Services()
	if near := safeport.Near(word, services); near != "" {
		return Usagef("%q is neither a port nor a known service: did you mean %s?", word, near)
	}
	return Usagef("%q is neither a port nor a known service (known: %s)", word, strings.Join(services, ", "))
}

// SubjectsAmong finds the services and files in a command line that is not parsed yet: their settings are flags, and pflag
// has to know all flags before it parses. Values of flags are passed over, but for those of --file.
//
// A flag that is not known is taken for a setting's, and only what the rest of the line names tells whether it has a value.
// So the line is read twice where a word after such a flag looks like a subject, as in "gpustack --ssl-certfile /etc/a.crt".
func SubjectsAmong(args []string, known *pflag.FlagSet, compose safeport.ComposeReader) Subjects {
	doubtful := false
	sure := among(args, func(flag, next string) bool {
		f := lookup(flag, known)
		if f != nil || strings.Contains(flag, "=") {
			return f != nil && f.NoOptDefVal == ""
		}
		doubtful = doubtful || isSubject(next)
		return isSubject(next)
	})
	sure.Compose = compose
	if !doubtful {
		return sure
	}
	withValue := map[string]bool{"set": true, "config-file": true} // which come with the settings
	// What cannot be read is refused when the command runs.
	settings, _ := safeport.Settings(sure.request())
	for _, s := range settings {
		withValue[s.Flag] = s.Type != "bool"
	}
	s := among(args, func(flag, next string) bool {
		return TakesValue(flag, known) || lookup(flag, known) == nil && isSubject(next) && withValue[strings.TrimPrefix(flag, "--")]
	})
	s.Compose = compose
	return s
}

// among finds the subjects in a line, given whether a flag takes the next word for its value.
func among(args []string, takes func(flag, next string) bool) Subjects {
	var s Subjects
	for i := 0; i < len(args); i++ {
		word, next := args[i], ""
		if i+1 < len(args) {
			next = args[i+1]
		}
		flag, value, joined := strings.Cut(word, "=")
		switch {
		case !strings.HasPrefix(word, "-") || word == "-":
			if found, err := SortWords([]string{word}); err == nil {
				s.Services, s.Files = append(s.Services, found.Services...), append(s.Files, found.Files...)
			}
		case joined:
			s.Say(flag, value)
		case takes(word, next):
			i++
			s.Say(word, next)
		}
	}
	return s
}

// Say takes in a flag that tells where a Compose project is.
func (s *Subjects) Say(flag, value string) {
	if value == "" {
		return
	}
	switch flag {
	case "-f", "--file":
		s.Files = append(s.Files, value)
	case "--profile":
		s.Profiles = append(s.Profiles, value)
	case "--env-file":
		s.EnvFiles = append(s.EnvFiles, value)
	case "-p", "--project-name":
		s.Project = value
	}
}

func isSubject(word string) bool {
	return LooksLikeFile(word) && !looksLikePort(word) || slices.Contains(safeport.Services(), word)
}

// TakesValue says whether the word is a known flag whose value is the next word.
func TakesValue(word string, known *pflag.FlagSet) bool {
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
