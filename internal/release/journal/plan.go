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
}

// Plan is what a change will do. It asks nobody: the same releases give the same plan.
func Plan(p *Pending, from, to *Release) []Step {
	var steps []Step
	add := func(kind StepKind, about message.Phrase) { steps = append(steps, Step{kind, about}) }
	if to == nil {
		if from != nil {
			add(StepStop, message.Say("stop %s", names(from, func(c Container) string { return c.Name })))
		}
		if !p.Purge {
			add(StepRemove, message.Say("remove its containers and networks; its volumes stay"))
			return steps
		}
		add(StepRemove, message.Say("remove its containers and networks"))
		add(StepPurge, message.Say("remove its volumes and the backups"))
		return steps
	}
	if p.Action != Rollback {
		add(StepImages, to.images())
		add(StepPrepare, message.Say("make the volumes and networks that are not there"))
		add(StepCreate, message.Say("create the containers of release %d, not started", to.Number))
	}
	add(StepCheck, message.Say("check the ports once more"))
	if from != nil {
		add(StepStop, message.Say("stop release %d", from.Number))
		if p.Backup != "" {
			add(StepBackup, message.Say("copy its data (%s), as backup %s", strings.Join(p.Data, ", "), p.Backup))
		}
		add(StepRetire, message.Say("set it aside as %s, without a restart policy", names(from, func(c Container) string { return AsideName(c, from) })))
	}
	if p.Restore != "" {
		add(StepRestore, message.Say("put the data of backup %s in the place of what is there", p.Restore))
	}
	add(StepPromote, message.Say("give release %d the name with which it serves", to.Number))
	add(StepStart, message.Say("start it"))
	add(StepWait, Waiting(to.Ready))
	add(StepSoak, message.Say("watch it for %s", Soak))
	add(StepCommit, message.Say("keep it; what fails before this is undone"))
	if from != nil {
		add(StepPrune, message.Say("keep release %d for the way back, and remove any other", from.Number))
	}
	return steps
}

func Waiting(r Ready) message.Phrase {
	if r.URL == "" {
		return message.Say("wait until it runs, at most %s", r.Within)
	}
	return message.Say("wait until it answers at %s, at most %s", r.URL, r.Within)
}

// images says that the images of a release are to be had, each once.
func (r *Release) images() message.Phrase {
	list := slices.Compact(slices.Sorted(maps.Values(r.Images)))
	if len(list) < 2 {
		return message.Say("get the image %s", r.Image)
	}
	return message.Say("get the images %s", strings.Join(list, ", "))
}

func names(r *Release, name func(Container) string) string {
	var list []string
	for _, c := range r.Containers {
		list = append(list, name(c))
	}
	return strings.Join(list, ", ")
}
