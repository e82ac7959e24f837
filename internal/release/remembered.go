package release

import (
	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/internal/service/composefile"
)

// wordsOf says where the instance's definition is, so that it is found again without the words and the environment of this run: an
// upgrade in a shell that lacks COMPOSE_PROFILES would drop services.
func wordsOf(d *composefile.Definition) journal.Words {
	p := d.Remembered()
	return journal.Words{Files: p.Files, Project: p.Name, Profiles: p.Profiles, EnvFiles: p.EnvFiles, Dir: p.Dir, Variables: p.Variables}
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
