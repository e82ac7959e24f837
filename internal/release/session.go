package release

import (
	"time"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/instance"
	"github.com/safeport/safeport/internal/release/desired"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/internal/release/rollout"
	"github.com/safeport/safeport/internal/request"
	"github.com/safeport/safeport/internal/service/composefile"
)

// Session is one run of a command that changes an instance.
type Session struct {
	rollout.Runner
	Question safeport.Request  // about the ports; of one service or the files of one
	Images   map[string]string // instead of the definition's, by service; "" is the service that answers
	Env      map[string]string
	Wait     time.Duration // instead of the definition's; 0: that
	DryRun   bool
	Backup   Choice // of an upgrade: whether the data is copied before
	Restore  bool   // of a rollback: the data goes back too
	// Forward writes the upgrade that does with options ("--port", "8080") what a rollback cannot, for remedies.
	Forward func(options ...string) string

	definition *composefile.Definition
}

// scene is the instance as it is found, with its lock taken and what an earlier run left healed.
type scene struct {
	found   instance.Instance
	record  *journal.Record // nil: safeport did not install it
	serving []engine.Serving
	target  *desired.Target
	asked   question
	lock    *journal.Lock     // nil in a dry run
	heal    *journal.Step     // what a dry run would heal first; nil: nothing
	healed  *journal.Record   // as it was before this run finished or undid what an earlier one had begun; nil: nothing was under way
	several []facts.Container // of installations of which none was named; empty where it is clear which is meant
}

func (s *scene) close() { s.lock.Release() }

func (s *scene) running() bool { return s.found.Situation == instance.Upgrade }

// Choice is a yes or no of the user's, or nothing said.
type Choice string

// The choices.
const (
	Unsaid Choice = ""
	Yes    Choice = "yes"
	No     Choice = "no"
)

// question is about the ports of an instance with the values that it will have, or has. Nothing is read or resolved again for it:
// what is asked about is what is made, and not what the files and the environment come to by then.
type question struct {
	opts       request.Options
	definition *composefile.Definition
	wanted     request.Resolved
}
