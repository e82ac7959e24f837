package cli

import (
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"safeport"
	"safeport/internal/message"
	"safeport/internal/release"
)

// installed is the request about the instance that a word names: an installed one, or the usual one of a service. Without
// a word the only one that is installed is meant.
func installed(word, stateDir string) (safeport.Request, error) {
	store := release.OpenStore(stateDir)
	names, err := store.Instances()
	if err != nil {
		return safeport.Request{}, err
	}
	switch {
	case slices.Contains(names, word):
	case slices.Contains(safeport.Services(), word):
		return safeport.Request{Services: []string{word}}, nil
	case word == "" && len(names) == 1:
		word = names[0]
	case word == "":
		return safeport.Request{}, usagef("name the instance that is meant: %w", installedHere(names))
	default:
		if near := safeport.Near(word, append(names, safeport.Services()...)); near != "" {
			return safeport.Request{}, usagef("%q is no service and no installed instance: did you mean %s?", word, near)
		}
		return safeport.Request{}, usagef("%q is no service and no installed instance: %w", word, installedHere(names))
	}
	record, err := store.Load(word)
	if record == nil {
		// A damaged journal is healed by the command; of a built-in service it is known what it is of.
		if slices.Contains(safeport.Services(), word) {
			return safeport.Request{Services: []string{word}}, nil
		}
		return safeport.Request{}, err
	}
	req := safeport.Request{Instance: record.Instance, Files: record.Files, Profiles: record.Profiles}
	if len(req.Files) == 0 {
		req.Services = []string{record.Service}
	}
	return req, nil
}

func installedHere(names []string) error {
	if len(names) == 0 {
		return message.Errorf("safeport has installed none here")
	}
	return message.Errorf("there are %s", strings.Join(names, ", "))
}

// installedAmong is what a command line is about that is not parsed yet, for the flags of its service. Whether it can be
// found at all, the command itself says.
func installedAmong(args []string, known *pflag.FlagSet) subjects {
	word, dir := "", release.StateDir(os.LookupEnv)
	for i := 0; i < len(args); i++ {
		switch {
		case !strings.HasPrefix(args[i], "-"):
			if word == "" {
				word = args[i]
			}
		case strings.HasPrefix(args[i], "--state-dir="):
			dir = strings.TrimPrefix(args[i], "--state-dir=")
		case takesValue(args[i], known):
			i++
			if args[i-1] == "--state-dir" && i < len(args) {
				dir = args[i]
			}
		}
	}
	if looksLikeFile(word) {
		return subjects{files: []string{word}}
	}
	req, err := installed(word, dir)
	if err != nil {
		return subjects{}
	}
	return subjects{services: req.Services, files: req.Files}
}

// about is the request of a parsed command line about something that is installed.
func (c *changing) about(words []string) (safeport.Request, error) {
	if len(words) > 1 {
		return safeport.Request{}, usagef("one instance at a time: %s and %s are two", words[0], words[1])
	}
	req, err := installed(strings.Join(words, ""), c.store())
	if c.name.given {
		req.Instance = c.name.value
	}
	return req, err
}
