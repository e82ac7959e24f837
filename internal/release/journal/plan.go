package journal

import (
	"maps"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/message"
)

// StepKind is a step of a change. The journal names the one that was begun last.
type StepKind string

// The steps, in the order in which a change takes them.
const (
	StepImages  StepKind = "images"  // the new release's images are there
	StepPrepare StepKind = "prepare" // volumes and networks
	StepCreate  StepKind = "create"  // the new containers, beside the old ones
	StepCheck   StepKind = "check"   // of the ports, once more: a pull takes minutes
	StepStop    StepKind = "stop"    // the old containers
	StepBackup  StepKind = "backup"  // their data is copied
	StepRetire  StepKind = "retire"  // they are set aside: another name, and no restart
	StepPromote StepKind = "promote" // the new ones get their names
	StepRestore StepKind = "restore" // the data of a backup takes the place of what is there
	StepStart   StepKind = "start"
	StepWait    StepKind = "wait" // until it serves
	StepSoak    StepKind = "soak" // and goes on serving
	StepCommit  StepKind = "commit"
	StepPrune   StepKind = "prune"  // releases older than the one kept for the way back
	StepRemove  StepKind = "remove" // of an uninstallation: the containers and networks
	StepPurge   StepKind = "purge"  // and the data
	StepHeal    StepKind = "heal"   // of a dry run: what an earlier run left
)

// Changes says whether a step changes what is installed. An image that was pulled for nothing takes room and harms nobody.
func (k StepKind) Changes() bool { return k != StepImages && k != StepCheck }

// Step is one step of a plan, as a person reads it.
type Step struct {
	Kind  StepKind       `json:"kind"`
	About message.Phrase `json:"about"`
	What  string         `json:"-"` // of StepImages: the images
}

// Plan is what a change will do. It asks nobody: the same releases give the same plan.
func Plan(p *Pending, from, to *Release) []Step {
	var steps []Step
	add := func(kind StepKind, about message.Phrase) { steps = append(steps, Step{Kind: kind, About: about}) }
	if to == nil {
		if from != nil {
			add(StepStop, message.Say("Stop %s", names(from, nameOf)))
		}
		if !p.Purge {
			add(StepRemove, message.Say("Remove containers and networks; keep volumes"))
			return steps
		}
		add(StepRemove, message.Say("Remove containers and networks"))
		add(StepPurge, message.Say("Remove volumes and backups"))
		return steps
	}
	if p.Action != Rollback {
		steps = append(steps, to.Fetching())
		add(StepPrepare, message.Say("Create missing volumes and networks"))
		add(StepCreate, message.Say("Create containers (revision %d)", to.Number))
	}
	add(StepCheck, message.Say("Check ports again"))
	if from != nil {
		leaving := from
		if p.Restore == "" {
			leaving = from.Without(to)
		}
		switch stay := staying(from, leaving); {
		case len(leaving.Containers) == len(from.Containers):
			add(StepStop, message.Say("Stop revision %d", from.Number))
		case len(leaving.Containers) == 0:
			add(StepStop, message.Say("Nothing is stopped; unchanged containers keep running: %s", stay))
		default:
			add(StepStop, message.Say("Stop %s; unchanged containers keep running: %s", names(leaving, nameOf), stay))
		}
		if p.Backup != "" {
			add(StepBackup, message.Say("Back up data (%s) as %s", strings.Join(p.Data, ", "), p.Backup))
		}
		if len(leaving.Containers) == 0 && len(from.Containers) > 0 {
			add(StepRetire, message.Say("No container is replaced")) // unless it turns out that one has to be
		} else {
			add(StepRetire, message.Say("Keep old container as %s (restart disabled)", names(leaving, func(c Container) string { return AsideName(c, from) })))
		}
	}
	if p.Restore != "" {
		add(StepRestore, message.Say("Restore data from backup %s", p.Restore))
	}
	add(StepPromote, message.Say("Give the new containers their final names"))
	add(StepStart, message.Say("Start"))
	add(StepWait, Waiting(to.Ready))
	add(StepSoak, message.Say("Confirm it stays up (%s)", Soak))
	add(StepCommit, message.Say("Commit"))
	if from != nil {
		add(StepPrune, message.Say("Keep revision %d for rollback; remove older ones", from.Number))
	}
	return steps
}

func Waiting(r Ready) message.Phrase {
	if r.URL == "" {
		return message.Say("Wait until it is running (timeout %s)", r.Within)
	}
	return message.Say("Wait for %s (timeout %s)", r.URL, r.Within)
}

// Fetching is the step in which the images of a release are had, each once.
func (r *Release) Fetching() Step {
	images := slices.Compact(slices.Sorted(maps.Values(r.Images)))
	if len(images) < 2 {
		return Step{Kind: StepImages, About: message.Say("Pull %s", r.Image), What: r.Image}
	}
	list := strings.Join(images, ", ")
	return Step{Kind: StepImages, About: message.Say("Pull %s, each once", list), What: list}
}

// staying names the containers of a release that are not among those of it that are left.
func staying(r, leaving *Release) string {
	var list []string
	for _, c := range r.Containers {
		if !leaving.Has(c.ID) {
			list = append(list, c.Name)
		}
	}
	return strings.Join(list, ", ")
}

func nameOf(c Container) string { return c.Name }

func names(r *Release, name func(Container) string) string {
	var list []string
	for _, c := range r.Containers {
		list = append(list, name(c))
	}
	return strings.Join(list, ", ")
}
