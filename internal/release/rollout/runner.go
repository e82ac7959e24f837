package rollout

import (
	"context"

	"github.com/safeport/safeport/internal/host/probe"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/desired"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// Runner carries changes out. One who has it has the instance's lock.
type Runner struct {
	Engine   *engine.Engine
	Store    *journal.Store
	Say      func(format string, args ...any) // tells the person what is being done
	Progress journal.Progress
	Policy   engine.PullPolicy
	Copies   []journal.Copy              // data that is copied before the change; none: nothing is
	Load     string                      // archive of images to load first; empty: none
	Where    []string                    // options of the command line that say where ("--engine", "--state-dir"); printed commands have them too
	Fetched  bool                        // the images are there
	Orphans  []string                    // volumes of what was found to have no container any more
	Healed   *journal.Record             // as it was before Recover finished or undid what was pending; nil: nothing was
	Words    *journal.Words              // by which the new release is defined; nil: those of the record
	Check    func(context.Context) error // asks for the ports once more; the error says why they cannot be had
}

// Command is a command of safeport that is printed: it has to find what this one found. The words after its name are quoted.
func (r *Runner) Command(action journal.Action, words string) string {
	line := "safeport " + string(action) + " " + words
	if len(r.Where) > 0 {
		line += " " + message.Line(r.Where)
	}
	return line
}

// rollout is one rollout under way.
type rollout struct {
	*Runner
	record *journal.Record
	from   *journal.Release // nil: nothing serves
	to     *journal.Release
	target *desired.Target // nil on the way back: the containers are there

	// What the two have each alone: the containers that they share go on running.
	leaving, coming *journal.Release
	held            []probe.Taken
	begun           int // steps
}
