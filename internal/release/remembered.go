package release

import (
	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/internal/service/composefile"
)

// remember keeps where the instance's definition is, so that it is found again without the words and the environment of
// this run: an upgrade in a shell that lacks COMPOSE_PROFILES would drop services.
func remember(r *journal.Record, d *composefile.Definition) {
	p := d.Remembered()
	r.Files, r.Project, r.Profiles, r.EnvFiles, r.Dir = p.Files, p.Name, p.Profiles, p.EnvFiles, p.Dir
	r.Variables = p.Variables
}

// forgetWords takes back what a change that failed has put into the journal of what is there: the next one is not to be made of the
// words of one that was undone.
func (s *Session) forgetWords(before *journal.Record) {
	record, err := s.Store.Load(before.Instance)
	if err != nil || record == nil || record.Pending != nil {
		return // there is none, or the next run has to look at it first
	}
	record.Files, record.Project, record.Profiles, record.EnvFiles = before.Files, before.Project, before.Profiles, before.EnvFiles
	record.Dir, record.Variables = before.Dir, before.Variables
	if err := s.Store.Save(record); err != nil {
		s.Say("warning: %v", err)
	}
}

// Question is the request about the instance, as its definition was found when it was made.
func Question(r *journal.Record) safeport.Request {
	q := safeport.Request{Instance: r.Instance}
	if len(r.Files) == 0 {
		q.Services = []string{r.Service}
		return q
	}
	q.Files, q.Project, q.Profiles, q.EnvFiles, q.Directory = r.Files, r.Project, r.Profiles, r.EnvFiles, r.Dir
	q.Variables = r.Variables
	return q
}
