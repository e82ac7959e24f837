package release

import (
	"context"
	"strings"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/report"
)

// OutcomeSchema names the shape of an [Outcome] as JSON.
const OutcomeSchema = "safeport/change/v1"

// Outcome is what a command came to.
type Outcome struct {
	Schema   string                 `json:"schema"` // always [OutcomeSchema]
	Action   journal.Action         `json:"action"`
	Result   Result                 `json:"result"`
	Service  string                 `json:"service"`
	Instance string                 `json:"instance"`
	Release  *int                   `json:"release,omitempty"` // that serves now
	Version  string                 `json:"version,omitempty"`
	Before   string                 `json:"previous_version,omitempty"` // that ran before the change
	Image    string                 `json:"image,omitempty"`
	URL      string                 `json:"url,omitempty"` // that was asked, and answered
	HasPage  bool                   `json:"-"`             // people open the address in a browser
	Login    string                 `json:"login,omitempty"`
	Names    []string               `json:"containers,omitempty"`
	Volumes  []string               `json:"volumes,omitempty"`  // that safeport made
	Backups  []journal.BackupStatus `json:"backups,omitempty"`  // copies of the data that are kept
	Steps    []journal.Step         `json:"steps,omitempty"`    // of a plan that was not carried out
	Changes  []message.Phrase       `json:"changes,omitempty"`  // of a plan: in what the release is to be other than the one that serves
	Commands []string               `json:"commands,omitempty"` // that would make the containers of a plan; secrets are hidden
	Unsaid   []string               `json:"unsaid,omitempty"`   // keys of Compose that those commands leave out
	Report   *report.Report         `json:"report,omitempty"`   // on the ports
	Undo     string                 `json:"-"`                  // the command that takes back what was done; empty where there is none
	Purge    string                 `json:"-"`                  // of an uninstallation that kept data: the command that removes it
	Command  string                 `json:"-"`                  // of the engine, as a person writes it: "docker", "podman" or "docker -H unix://…"
}

// Result is an outcome in a word.
type Result string

// The results.
const (
	Done    Result = "done"
	Nothing Result = "nothing-to-change"
	Planned Result = "planned" // a dry run
)

func (s *Session) outcome(ctx context.Context, action journal.Action, result Result, sc *scene) *Outcome {
	o := &Outcome{
		Schema: OutcomeSchema, Action: action, Result: result, Service: s.definition.Name, Instance: sc.found.Name,
	}
	switch action {
	case journal.Install:
		o.Undo = s.Command(journal.Uninstall, message.Quote(sc.found.Name))
	case journal.Upgrade: // a rollback never leads forward
		o.Undo = s.Command(journal.Rollback, message.Quote(sc.found.Name))
	}
	// What was done is done, and is told without them too.
	o.Volumes, _ = s.Engine.Volumes(ctx, sc.found.Name)
	o.Backups, _ = s.Store.Kept(sc.found.Name)
	return o
}

// serves adds the release that serves.
func (s *Session) serves(o *Outcome, r *journal.Release) *Outcome {
	number := r.Number
	o.Release, o.Version, o.Image, o.URL = &number, r.Version, r.Image, r.Ready.URL
	o.HasPage = s.definition.HasPage()
	places := strings.NewReplacer("${instance}", message.Quote(o.Instance), "${docker}", s.Engine.Command)
	o.Login, o.Command = places.Replace(s.definition.Login.In(s.Question.Language)), s.Engine.Command
	for _, c := range r.Containers {
		o.Names = append(o.Names, c.Name)
	}
	return o
}

// unchanged is the outcome where everything is as it is wished.
func (s *Session) unchanged(ctx context.Context, action journal.Action, sc *scene) *Outcome {
	o := s.outcome(ctx, action, Nothing, sc)
	if sc.record == nil {
		return o
	}
	r := sc.record.Release(sc.record.Current)
	o = s.serves(o, r)
	if err := s.Engine.Serves(ctx, r); err != nil {
		s.Say("warning: revision %d has these settings but isn't healthy: %v", r.Number, err)
		o.URL = ""
	}
	return o
}
