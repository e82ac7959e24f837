package release

import (
	"slices"
	"strings"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/message"
)

// words are those by which a command line names the instance. Where it has a journal its name is enough; else nobody but the user knows the
// files that define it. They are empty where the files are gone.
func (s *Session) words(name string) string {
	if names, err := s.Store.Instances(); err == nil && slices.Contains(names, name) {
		return message.Quote(name)
	}
	return s.definedBy(s.Question, name)
}

// definedBy are the words by which a command line names what defines the instance, in the way of the question.
func (s *Session) definedBy(q safeport.Request, name string) string {
	var words []string
	switch files := q.Files; {
	case len(files) == 0:
		words = append(words, message.Quote(s.definition.Name))
	case slices.Contains(files, "-"): // of what was applied
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
