package change

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/agext/levenshtein"
	"github.com/spf13/pflag"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/compose"
	"github.com/safeport/safeport/internal/cli"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// installed is the request about the instance that a word names: an installed one, the usual one of a service, or that of a
// Compose file. Without a word, and without a file, the only one that is installed is meant. byHand are the installations of
// that name, or of any, which safeport did not make: it asks the engine, and is asked only where no journal answers.
func installed(word, name, stateDir string, c cli.ComposeFlags, byHand func(name string) []safeport.Request) (safeport.Request, error) {
	store := journal.OpenStore(stateDir)
	names, err := store.Instances()
	if err != nil {
		return safeport.Request{}, err
	}
	if word == "" && c.Given() {
		word = "."
		if len(c.Files) > 0 {
			word = ""
		}
	}
	if word == "" && len(c.Files) == 0 && name != "" {
		word = name
	}
	switch {
	case slices.Contains(names, word):
	case slices.Contains(safeport.Services(), word):
		return safeport.Request{Services: []string{word}}, nil
	case cli.IsRemote(word), cli.LooksLikeFile(word), word != "" && cli.IsThere(word):
		return ofFiles([]string{word}, name, store, names, c)
	case word == "" && len(c.Files) > 0:
		return ofFiles(nil, name, store, names, c)
	case word == "" && len(names) == 1:
		word = names[0]
	case word == "":
		others := byHand("")
		if len(names) == 0 && len(others) == 1 {
			return others[0], nil
		}
		names = withNames(names, others)
		return safeport.Request{}, cli.Usagef("specify the instance: %w", installedHere(names))
	default:
		if others := byHand(word); len(others) == 1 {
			return others[0], nil
		}
		names = withNames(names, byHand(""))
		if near := meant(word, names, store); near != "" {
			return safeport.Request{}, cli.Usagef("no service or installed instance %q: did you mean %s?", word, near)
		}
		return safeport.Request{}, cli.Usagef("no service or installed instance %q: %w", word, installedHere(names))
	}
	record, err := store.Load(word)
	if record == nil {
		// A damaged journal is healed by the command; of a built-in service it is known what it is of.
		if slices.Contains(safeport.Services(), word) {
			return safeport.Request{Services: []string{word}}, nil
		}
		if others := byHand(word); len(others) == 1 { // by the labels of its containers
			return spoken(others[0], c)
		}
		return safeport.Request{}, cli.Usagef("%w. No container of %s was found. To start over, move that file away", err, word)
	}
	return remembered(record, c)
}

// withNames adds the names of installations that have no journal.
func withNames(names []string, others []safeport.Request) []string {
	for _, o := range others {
		if !slices.Contains(names, o.Instance) {
			names = append(names, o.Instance)
		}
	}
	return names
}

// remembered is the request about an instance as it was installed, but for what is said now.
func remembered(record *journal.Record, c cli.ComposeFlags) (safeport.Request, error) {
	return spoken(release.Question(record), c)
}

func spoken(req safeport.Request, c cli.ComposeFlags) (safeport.Request, error) {
	if len(c.Files) > 0 {
		req.Files, req.Services = nil, nil
	}
	if os.Getenv("COMPOSE_PROFILES") != "" {
		req.Profiles = nil // of whoever asks now
	}
	c.Apply(&req)
	if err := fromFile(req); err != nil {
		return safeport.Request{}, err
	}
	if len(req.Files) == 0 && c.Given() {
		return safeport.Request{}, cli.Usagef("%s wasn't installed from a Compose file", req.Instance)
	}
	for i := range req.Files {
		var err error
		if req.Files[i], err = absolute(req.Files[i]); err != nil {
			return safeport.Request{}, err
		}
	}
	return req, nil
}

// ofFiles is the request about the instance that was installed from the files, or that would be.
func ofFiles(files []string, name string, store *journal.Store, names []string, c cli.ComposeFlags) (safeport.Request, error) {
	req := safeport.Request{Files: files, Instance: name}
	c.Apply(&req)
	if err := fromFile(req); err != nil {
		return safeport.Request{}, err
	}
	for i := range req.Files {
		var err error
		if req.Files[i], err = absolute(req.Files[i]); err != nil {
			return safeport.Request{}, err
		}
	}
	var found []*journal.Record
	for _, n := range names {
		record, _ := store.Load(n) // of a damaged one its copy says it
		if record != nil && slices.EqualFunc(record.Files, req.Files, sameFile) && (name == "" || name == n) {
			found = append(found, record)
		}
	}
	switch {
	case len(found) == 1:
		c.Files = nil
		return remembered(found[0], c)
	case len(found) > 1:
		var list []string
		for _, r := range found {
			list = append(list, r.Instance)
		}
		return safeport.Request{}, cli.Usagef("%s are installed from %s: specify one", strings.Join(list, ", "), strings.Join(req.Files, ", "))
	}
	return req, nil
}

// sameFile says whether two paths are of one file, whatever links they lead through.
func sameFile(a, b string) bool { return a == b || engine.Same(a, b) }

// meant is the installed instance that a word probably means: one of a similar name, or the one that has a container or a
// service of that name. That a service has a similar name means nothing beyond a slip of the pen: gpustack-server is no
// gpustack-worker.
func meant(word string, names []string, store *journal.Store) string {
	for _, name := range names {
		record, err := store.Load(name)
		if err != nil || record == nil {
			continue
		}
		for _, r := range record.Releases {
			if slices.ContainsFunc(r.Containers, func(c journal.Container) bool { return c.Name == word || c.Service == word }) {
				return name
			}
		}
	}
	if near := safeport.Near(word, names); near != "" {
		return near
	}
	if near := safeport.Near(word, safeport.Services()); near != "" && levenshtein.Distance(word, near, nil) <= 2 {
		return near
	}
	return ""
}

func installedHere(names []string) error {
	if len(names) == 0 {
		return message.Errorf("no installation found on this host")
	}
	return message.Errorf("choose from %s", strings.Join(names, ", "))
}

// installedAmong is what a command line is about that is not parsed yet, for the flags of its service. Whether it can be
// found at all, the command itself says.
func installedAmong(args []string, known *pflag.FlagSet) cli.Subjects {
	word, name, endpoint, dir := "", "", "", journal.StateDir(os.LookupEnv)
	var said cli.Subjects
	take := func(flag, value string) {
		switch flag {
		case "--state-dir":
			dir = value
		case "--name":
			name = value
		case "--engine":
			endpoint = value
		}
		said.Say(flag, value)
	}
	for i := 0; i < len(args); i++ {
		flag, value, joined := strings.Cut(args[i], "=")
		switch {
		case !strings.HasPrefix(args[i], "-"):
			if word == "" {
				word = args[i]
			}
		case joined:
			take(flag, value)
		case cli.TakesValue(args[i], known):
			if i++; i < len(args) {
				take(args[i-1], args[i])
			}
		}
	}
	c := cli.ComposeFlags{Files: said.Files, Profiles: said.Profiles, EnvFiles: said.EnvFiles}
	c.Project.Value, c.Project.Given = said.Project, said.Project != ""
	req, err := installed(word, name, dir, c, byHand(context.Background(), endpoint, dir))
	if err != nil {
		return cli.Subjects{}
	}
	return cli.Subjects{Services: req.Services, Files: req.Files, Profiles: req.Profiles, EnvFiles: req.EnvFiles, Project: req.Project, Variables: req.Variables, Compose: compose.Read}
}

// finding is how long an engine may take to tell what it has where that only helps to understand a word.
const finding = 5 * time.Second

// byHand looks for installations that have no journal. What cannot be asked has none: that it cannot, the command says.
func byHand(ctx context.Context, endpoint, stateDir string) func(name string) []safeport.Request {
	return func(name string) []safeport.Request {
		ctx, cancel := context.WithTimeout(ctx, finding)
		defer cancel()
		if endpoint == safeport.NoEngine {
			return nil
		}
		e, err := engine.Connect(ctx, endpoint, os.LookupEnv)
		if err != nil {
			return nil
		}
		defer e.Close()
		store := journal.OpenStore(stateDir)
		if names, err := store.Instances(); err == nil && slices.Contains(names, name) { // its journal is damaged
			if record, err := release.Told(ctx, e, store, name); err == nil && record != nil {
				return []safeport.Request{release.Question(record)}
			}
			return nil
		}
		var found []safeport.Request
		for _, service := range safeport.Services() {
			list, err := release.InstalledOf(ctx, e, service)
			if err != nil {
				return nil
			}
			for _, req := range list {
				if name == "" || req.Instance == name {
					found = append(found, req)
				}
			}
		}
		return found
	}
}

// about is the request of a parsed command line about something that is installed.
func (c *changing) about(ctx context.Context, words []string) (safeport.Request, error) {
	if len(words) > 1 {
		return safeport.Request{}, cli.Usagef("one instance at a time: got %s and %s", words[0], words[1])
	}
	req, err := installed(strings.Join(words, ""), c.name.Value, c.store(), c.compose, byHand(ctx, c.engine.Value, c.store()))
	if c.name.Given {
		req.Instance = c.name.Value
	}
	return req, err
}

// fromFile refuses a project that comes by standard input: what is installed is changed later by the same files.
func fromFile(req safeport.Request) error {
	if slices.Contains(req.Files, "-") {
		return cli.Usagef("a Compose file from standard input can't be upgraded later: save it as a file first")
	}
	return nil
}

func absolute(path string) (string, error) {
	if path == "" || strings.Contains(path, "://") {
		return path, nil
	}
	return filepath.Abs(path)
}
