package release

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// stdin stands in a question for files that are not there: the definition was made of what was applied.
const stdin = "-"

// words are those by which a command line names the instance. Where it has a journal its name is enough; else nobody but the user knows the
// files that define it. They are empty where the files are gone.
func (s *Session) words(name string) string {
	if record, _ := s.Store.Load(name); record != nil && filesGone(record) && len(s.Question.Files) > 0 && s.Question.Files[0] != stdin {
		return s.namedAs(record) // the name alone leads to files that are gone
	}
	if names, err := s.Store.Instances(); err == nil && slices.Contains(names, name) {
		return message.Quote(name)
	}
	return s.definedBy(s.Question, name)
}

// namedAs are the words that name an installation by the files of the question, whatever they would be called by themselves.
func (s *Session) namedAs(record *journal.Record) string {
	q, as := s.Question, s.definition.Instance
	if record.Instance != record.Service {
		as = record.Instance
	}
	q.Project = record.Service
	return s.definedBy(q, as)
}

// filesGone says whether the files that an installation was made from are not where they were.
func filesGone(record *journal.Record) bool {
	if len(record.Files) == 0 || !filepath.IsAbs(record.Files[0]) {
		return false
	}
	info, err := os.Stat(record.Files[0])
	if err == nil && info.IsDir() {
		return !slices.ContainsFunc(cli.DefaultFileNames, func(name string) bool { return !engine.Gone(filepath.Join(record.Files[0], name)) })
	}
	return errors.Is(err, fs.ErrNotExist)
}

// definedBy are the words by which a command line names what defines the instance, in the way of the question.
func (s *Session) definedBy(q safeport.Request, name string) string {
	var words []string
	switch files := q.Files; {
	case len(files) == 0:
		words = append(words, message.Quote(s.definition.Name))
	case slices.Contains(files, stdin): // of what was applied
		return ""
	case len(files) == 1:
		words = append(words, message.Quote(files[0]))
	default:
		for _, file := range files {
			words = append(words, "-f "+message.Quote(file))
		}
	}
	for _, file := range q.EnvFiles {
		words = append(words, "--env-file "+message.Quote(file))
	}
	for _, profile := range q.Profiles {
		words = append(words, "--profile "+message.Quote(profile))
	}
	if q.Project != "" {
		words = append(words, "-p "+message.Quote(q.Project))
	}
	if name != s.definition.Instance {
		words = append(words, "--name "+message.Quote(name))
	}
	return strings.Join(words, " ")
}
